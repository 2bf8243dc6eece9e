"""A real OpenAI-compatible server, `transformers serve`, with tiny models made here.

One model knows a single sentence by heart: its weights are set by hand so that each word is
followed by the next. The other has random weights and talks at random.
"""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from fakes import FakeEncoder, write_release

from embeddings import Library
from embeddings.errors import WriterError
from qa import answer
from qa.writer import worded
from qa.writer_client import Endpoint, stream

MISSING = [name for name in ("accelerate", "openai") if importlib.util.find_spec(name) is None]
pytestmark = pytest.mark.skipif(
    bool(MISSING), reason=f"needs {' and '.join(MISSING)}: pip install -e '.[dev]'"
)

SENTENCE = "Thirty-one boats took part in the Lantern Regatta [1]."
NOISE = "Green lanterns dream of nine moons [1]."
WAIT = 240  # seconds for the server to start on a busy machine


def make_model(folder: Path, words: Sequence[str], *, by_heart: bool) -> None:
    """A causal model over these words, with its tokenizer, in a folder."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    chain = ["<reply>", *words, "<end>"]
    known = {word: i for i, word in enumerate(dict.fromkeys(["<unknown>", "<end>", *chain]))}
    plain = Tokenizer(models.WordLevel(known, unk_token="<unknown>"))
    plain.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=plain, unk_token="<unknown>", eos_token="<end>", pad_token="<end>",
        additional_special_tokens=["<reply>"],
    )  # fmt: skip
    tokenizer.chat_template = "{% for m in messages %}{{ m['content'] }} {% endfor %}<reply>"
    torch.manual_seed(5)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(known), hidden_size=len(known) + len(known) % 2, intermediate_size=8,
            num_hidden_layers=1, num_attention_heads=1, num_key_value_heads=1,
            max_position_embeddings=16_384, tie_word_embeddings=False,
            bos_token_id=None, eos_token_id=known["<end>"], pad_token_id=known["<end>"],
        )
    )  # fmt: skip
    if by_heart:
        with torch.no_grad():
            embedded, layer = model.model.embed_tokens.weight, model.model.layers[0]
            for weight in (
                embedded, model.lm_head.weight, layer.self_attn.o_proj.weight,
                layer.mlp.down_proj.weight,
            ):  # fmt: skip
                weight.zero_()
            embedded[range(len(known)), range(len(known))] = 1.0
            for word, following in pairwise(chain):
                model.lm_head.weight[known[following], known[word]] = 10.0
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    make_model(folder / "by-heart", SENTENCE.split(), by_heart=True)
    make_model(folder / "random", NOISE.split(), by_heart=False)
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the running server."""
    home = tmp_path_factory.mktemp("home")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"HF_HOME": str(home), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    with open(home / "log", "wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "transformers.cli.transformers", "serve",
             "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"],
            stdout=log, stderr=log, env={**os.environ, **settings},
        )  # fmt: skip
    try:
        until = time.monotonic() + WAIT
        while not _is_up(port):
            log_text = (home / "log").read_text(errors="replace")
            assert process.poll() is None, f"the server stopped: {log_text}"
            assert time.monotonic() < until, f"the server did not start: {log_text}"
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait()


def _is_up(port: int) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}/health", timeout=5) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("regatta")
    write_release(
        folder / "in", "regatta.md", title="Lantern Regatta draws boats", date="2019-06-20",
        text="Thirty-one boats took part in the Lantern Regatta off Norrhaven today.",
    )  # fmt: skip
    with Library.open(folder / "library", create=True, encoder=FakeEncoder()) as opened:
        opened.add(folder / "in")
        yield opened


QUESTION = "How many boats took part in the Lantern Regatta?"


def test_what_it_says_is_streamed_and_shown_when_proved(
    server: str, models: Path, library: Library
) -> None:
    to = Endpoint(server, str(models / "by-heart"))
    pieces = list(stream(to, [{"role": "user", "content": "hello"}]))
    assert len(pieces) > 3
    assert "".join(pieces).strip() == SENTENCE
    reply = worded(answer(QUESTION, library), library, to)
    assert (reply.text, reply.writer, reply.note) == (SENTENCE, to.model, "")


def test_what_it_says_at_random_is_dropped(server: str, models: Path, library: Library) -> None:
    to = Endpoint(server, str(models / "random"))
    assert "".join(stream(to, [{"role": "user", "content": "hello"}])).strip()
    found = answer(QUESTION, library)
    reply = worded(found, library, to)
    assert (reply.text, reply.writer) == (found.text, "")
    assert "could be proved" in reply.note


def test_a_model_that_it_does_not_have(server: str, models: Path, library: Library) -> None:
    to = Endpoint(server, str(models / "missing"))
    with pytest.raises(WriterError, match="HTTP"):
        list(stream(to, [{"role": "user", "content": "hello"}]))
    found = answer(QUESTION, library)
    assert worded(found, library, to).text == found.text
