"""Reading from the web, against a server on loopback that the test starts and stops."""

from __future__ import annotations

import datetime as dt
import gzip
import http.server
import ipaddress
import socket
import ssl
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import read_samples as samples

from embeddings.read import Failure
from embeddings.read_types import UnreadableError
from embeddings.read_web import WebLimits, read_web
from embeddings.read_web_fetch import clean_url, is_public
from embeddings.read_web_robots import parse_robots
from embeddings.types import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMITS = WebLimits(delay_seconds=0.0, seconds=5.0)
Answer = tuple[int, dict[str, str], bytes]


class Site:
    """Answers by path, and the paths that were asked for."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.url = ""
        self.server: http.server.ThreadingHTTPServer

    def put(self, path: str, body: bytes, kind: str = "text/html", **headers: str) -> str:
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        self.answers[path] = (200, {"Content-Type": kind, **named}, body)
        return self.url + path

    def redirect(self, path: str, target: str) -> str:
        self.answers[path] = (302, {"Location": target}, b"")
        return self.url + path


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            missing: Answer = (404, {}, b"none")
            status, headers, body = site.answers.get(self.path, missing)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    site.server = server
    site.url = f"http://127.0.0.1:{server.server_port}"
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


def visit(*urls: str, limits: WebLimits = LIMITS) -> list[Document | Failure]:
    return list(read_web(urls, limits, allow_private=True))


def reason(outcome: Document | Failure) -> str:
    assert isinstance(outcome, Failure), outcome
    return outcome.reason


def test_pages_of_several_kinds(site: Site) -> None:
    urls = [
        site.put("/a", samples.HTML),
        site.put("/b.pdf", samples.two_page_pdf(), "application/octet-stream"),
        site.put("/c", "Grüße vom See".encode("cp1252"), "text/plain; charset=windows-1252"),
        site.put("/d", gzip.compress(samples.HTML), content_encoding="gzip"),
        site.put("/e.zip", samples.zip_of({"x.txt": samples.TEXT}), "application/zip"),
    ]
    outcomes = visit(*urls)
    assert [o.path for o in outcomes] == [*urls[:4], urls[4] + "!/x.txt"]
    first, second, third, fourth, _ = [o for o in outcomes if isinstance(o, Document)]
    assert first.hints["url"] == "https://lakeside.example/news/7"
    assert (second.format, second.hints["url"]) == ("pdf", urls[1])
    assert third.text == "Grüße vom See"
    assert (fourth.text, fourth.sha256) == (first.text, first.sha256)


def test_a_feed_stands_for_its_pages(site: Site) -> None:
    site.put("/1", b"<p>First release of the day</p>")
    site.put("/2", b"<p>Second release of the day</p>")
    rss = f"""<?xml version="1.0"?><rss version="2.0"><channel><link>{site.url}/</link>
    <item><title>First</title><link>{site.url}/1</link>
    <pubDate>Tue, 12 Mar 2019 10:00:00 GMT</pubDate></item>
    <item><title>Second</title><link>/2</link></item>
    <item><title>Again</title><link>{site.url}/1#part</link></item></channel></rss>"""
    outcomes = visit(site.put("/feed", rss.encode(), "application/rss+xml"))
    assert [o.path for o in outcomes] == [f"{site.url}/1", f"{site.url}/2"]
    assert isinstance(outcomes[0], Document)
    assert outcomes[0].hints == {"title": "First", "date": "2019-03-12", "url": f"{site.url}/1"}
    assert site.asked == ["/robots.txt", "/feed", "/1", "/2"]


def test_an_atom_feed_takes_the_alternate_link(site: Site) -> None:
    site.put("/1", samples.HTML)
    atom = f"""<feed xmlns="http://www.w3.org/2005/Atom"><link href="{site.url}/"/><entry>
    <title>One</title><link rel="self" href="{site.url}/x"/><link href="{site.url}/1"/>
    <published>2019-03-12T00:00:00Z</published></entry></feed>"""
    [outcome] = visit(site.put("/atom", atom.encode(), "application/atom+xml"))
    assert outcome.path == f"{site.url}/1"


def test_sitemaps_may_list_packed_sitemaps(site: Site) -> None:
    schema = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    site.put("/1", samples.HTML)
    inner = f"<urlset {schema}><url><loc>{site.url}/1</loc></url></urlset>".encode()
    site.put("/in.xml.gz", gzip.compress(inner), "application/gzip")
    outer = (
        f"<sitemapindex {schema}><sitemap><loc>{site.url}/in.xml.gz</loc></sitemap></sitemapindex>"
    )
    [outcome] = visit(site.put("/sitemap.xml", outer.encode(), "text/xml"))
    assert isinstance(outcome, Document)
    assert outcome.path == f"{site.url}/1"


def test_robots_are_respected_also_after_a_redirect(site: Site) -> None:
    site.put("/robots.txt", b"User-agent: *\nDisallow: /private\nAllow: /private/open\n")
    site.put("/private/open", samples.HTML)
    urls = [
        site.put("/private/page", samples.HTML),
        site.redirect("/away", "/private/page"),
        site.url + "/private/open",
    ]
    first, second, third = visit(*urls)
    assert "robots.txt" in reason(first)
    assert "robots.txt" in reason(second)
    assert isinstance(third, Document)
    assert "/private/page" not in site.asked


def test_a_failing_robots_file_forbids_everything(site: Site) -> None:
    site.answers["/robots.txt"] = (503, {}, b"")
    assert "robots.txt" in reason(visit(site.put("/a", samples.HTML))[0])


def test_a_silent_host_is_asked_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = f"http://127.0.0.1:{server.getsockname()[1]}"
    first, second = visit(f"{place}/a", f"{place}/b")  # nobody listens there any more
    assert reason(first) == reason(second) == "The host 127.0.0.1 does not answer."


def test_limits_of_size_redirects_count_and_status(site: Site) -> None:
    small = replace(LIMITS, page_bytes=1000, redirects=2, pages=1)
    bomb = gzip.compress(b"0" * 50_000_000)
    assert "too large" in reason(visit(site.put("/big", b"x" * 5000), limits=small)[0])
    packed = site.put("/bomb", bomb, content_encoding="gzip")
    assert "too large" in reason(visit(packed, limits=replace(LIMITS, page_bytes=60_000))[0])
    assert "redirects more" in reason(visit(site.redirect("/round", "/round"))[0])
    assert "404" in reason(visit(site.url + "/none")[0])
    short = b"<p>A short page</p>"
    outcomes = visit(site.put("/1", short), site.put("/2", short), limits=small)
    assert isinstance(outcomes[0], Document)
    assert "Only 1 pages" in reason(outcomes[1])


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_that_drips_is_cut_off(scheme: str) -> None:
    beginning, drop = {
        "http": (b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
        "https": (b"\x16\x03\x03\x3f\x00", b"\x02"),  # a handshake record that never fills
    }[scheme]
    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()

        def drip() -> None:
            client, _ = server.accept()
            with client:
                client.sendall(beginning)
                while not stop.wait(0.05):
                    try:
                        client.sendall(drop)
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        url = f"{scheme}://127.0.0.1:{server.getsockname()[1]}/"
        [outcome] = visit(url, limits=replace(LIMITS, seconds=0.5))
        stop.set()
        thread.join()
    assert "0.5 seconds" in reason(outcome)


def test_an_answer_shorter_than_announced_is_no_page(site: Site) -> None:
    url = site.put("/cut", samples.HTML[:200], content_length="5000")
    assert "breaks off" in reason(visit(url)[0])


def certificate(folder: Path) -> Path:
    """A key and a self-signed certificate for 127.0.0.1 in one PEM file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_https_needs_a_certificate_that_is_trusted(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    site.server.socket = context.wrap_socket(site.server.socket, server_side=True)
    url = site.put("/a", samples.HTML).replace("http:", "https:")
    assert "not sound" in reason(visit(url)[0])
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    [outcome] = visit(url)
    assert isinstance(outcome, Document)
    assert outcome.path == url


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/a", "file:///etc/passwd", "http://user:pass@example.org/",
        "http:///nothing", "http://exa mple.org/", "http://[::1", "http://a:99999/", "javascript:1",
        "http://127.0.0.1/", "http://localhost/", "http://2130706433/", "http://0x7f.1/",
        "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://169.254.169.254/latest",
        "http://10.1.2.3/", "http://192.168.0.1/", "http://0.0.0.0/", "http://[fe80::1]/",
    ],
)  # fmt: skip
def test_bad_and_private_addresses_are_refused(url: str) -> None:
    [outcome] = read_web([url], LIMITS)
    assert isinstance(outcome, Failure)


def test_a_redirect_into_a_private_network_is_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The name server says what it likes: a public name may stand for a private address.
    real = socket.getaddrinfo
    asked: list[str] = []

    def lie(host: str, *args: Any, **options: Any) -> Any:
        asked.append(host)
        return real("127.0.0.1" if host == "news.example" else host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", lie)
    url = site.put("/a", samples.HTML).replace("127.0.0.1", "news.example")
    [outcome] = read_web([url], LIMITS)
    assert "private network" in reason(outcome)
    assert asked == ["news.example"]
    assert site.asked == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1::1", True), ("127.0.0.1", False),
        ("100.64.0.1", False), ("224.0.0.1", False), ("::ffff:8.8.8.8", True),
        ("::ffff:127.0.0.1", False), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False),
        ("fc00::1", False), ("::", False), ("255.255.255.255", False),
    ],
)  # fmt: skip
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public


def test_urls_get_their_usual_spelling() -> None:
    assert clean_url("HTTP://Example.ORG:80/a b".replace(" ", "%20")) == "http://example.org/a%20b"
    assert clean_url("https://bücher.example/ä?q=ü#x") == (
        "https://xn--bcher-kva.example/%C3%A4?q=%C3%BC"
    )
    with pytest.raises(UnreadableError):
        clean_url("mailto:a@example.org")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True), ("/a", False), ("/a/b", False), ("/a/open/x", True), ("/x.pdf", False),
        ("/x.pdf?y", True), ("/q?s=1", False), ("/deep/1/print", False), ("/deep/1/2/prin", True),
    ],
)  # fmt: skip
def test_robots_rules(path: str, allowed: bool) -> None:
    text = b"""
    User-agent: other
    Disallow: /
    User-agent: dateline
    User-agent: third
    Disallow: /a      # a comment
    Allow: /a/open
    Disallow: /*.pdf$
    Disallow: /q?s=
    Disallow: /deep/*/print
    Crawl-delay: 2
    User-agent: *
    Disallow: /
    """
    robots = parse_robots(text, "Dateline")
    assert robots.allows(path) is allowed
    assert robots.delay == 2.0
    assert not parse_robots(text, "Somebody").allows("/")
