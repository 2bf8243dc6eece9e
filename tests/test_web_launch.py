from __future__ import annotations

import socket
from pathlib import Path

import pytest

import app
from web.launch import parser, settings_of
from web.settings import Settings


def test_a_missing_library_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main(["--library", str(tmp_path / "none"), "--port", "0"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("dateline: There is no library at")
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "99999999"], "ports end at 65535"),
        (["--host", "host.invalid"], "Cannot listen on host.invalid"),
    ],
)
def test_an_address_that_cannot_be_used_is_one_sentence(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main(arguments) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_a_port_in_use_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert app.main(["--port", str(taken.getsockname()[1])]) == 1
    assert "Choose another with --port" in capsys.readouterr().err


def test_without_options_only_this_machine_is_served() -> None:
    options = parser().parse_args([])
    assert options.host == "127.0.0.1"
    assert options.library is None
    assert Settings().hosts() == {"127.0.0.1", "localhost", "::1"}


def test_the_wildcard_address_admits_no_name_by_itself() -> None:
    assert "0.0.0.0" not in Settings(host="0.0.0.0").hosts()
    assert "a.example" in Settings(host="0.0.0.0", allowed_hosts=("A.example",)).hosts()


@pytest.mark.parametrize(("content", "said"), [(None, "cannot be read"), ("short\n", "at least 8")])
def test_a_password_file_that_is_none_is_one_sentence(
    content: str | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "password"
    if content is not None:
        file.write_text(content)
    assert app.main(["--password-file", str(file), "--port", "0"]) == 1
    error = capsys.readouterr().err
    assert said in error
    assert "short" not in error


@pytest.mark.parametrize(
    ("arguments", "read_only", "may_add"),
    [
        ([], False, True),
        (["--no-upload"], False, False),
        (["--read-only"], True, False),
        (["--host", "127.0.0.2"], False, True),
        (["--host", "::1"], False, True),
        (["--host", "localhost"], False, True),
        (["--host", "0.0.0.0"], True, False),
        (["--host", "192.0.2.7"], True, False),
        (["--host", "archive.example"], True, False),
        (["--allow-host", "archive.example"], True, False),
        (["--allow-host", "archive.example", "--allow-changes"], False, True),
        (["--allow-host", "archive.example", "--allow-changes", "--no-upload"], False, False),
    ],
)
def test_readers_change_the_library_only_where_it_is_meant(
    arguments: list[str], read_only: bool, may_add: bool
) -> None:
    settings = settings_of(parser().parse_args(arguments))
    assert (settings.read_only, settings.may_add) == (read_only, may_add)


def test_changes_from_beyond_this_machine_need_a_password(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--host", "0.0.0.0", "--allow-changes"]
    assert app.main([*arguments, "--port", "0"]) == 1
    assert "Give --password-file as well." in capsys.readouterr().err
    file = tmp_path / "password"
    file.write_text("correct horse\n")
    settings = settings_of(parser().parse_args([*arguments, "--password-file", str(file)]))
    assert settings.may_add


def test_a_chat_cannot_be_read_only_and_changed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        app.main(["--read-only", "--allow-changes"])
    assert "not allowed with" in capsys.readouterr().err
