"""Headers that the server refuses, and the form of a refusal."""

import pytest

from tests.support.wire import Wire, dialing
from tests.system.http_edge.messages import CLOSE, get

BAD_HOSTS = [
    b"a b",
    b"a/b",
    b"user@a",
    b"a\\b",
    b'"a"',
    b"a:port",
    b"a,b c",
    b"[::1",
    b"<a>",
    b"a:1:2",
    b"\xc3\xa4",
    b"%zz",
]
GOOD_HOSTS = [b"", b"a", b"a:80", b"a:", b"[::1]:8000", b"a_b.example", b"xn--a", b"127.0.0.1", b"%C3%A4", b" a\t "]


def refusal_of(wire: Wire, status: int) -> None:
    """Assert that the only response is a problem document with this status, and that the connection ends."""
    response = wire.expect(status)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["connection"] == "close"
    assert "date" in response.headers
    document = response.json()
    assert document["status"] == status
    assert {"type", "title", "detail", "code"} <= document.keys()
    assert wire.read() is None


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /healthz HTTP/1.1\r\n\r\n", 400),
        (get(fields=b"Host: y\r\n"), 400),
        (get(fields=b"Host: x\r\n"), 400),
        (get(b"healthz"), 400),
        (get(b"ftp://x/healthz"), 400),
        (get(b"http://a b/healthz"), 400),
        (get(b"http://user@x/healthz"), 400),
        (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (get(b"/h\xc3\xa4"), 400),
        (b"get /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /healthz\r\nHost: x\r\n\r\n", 505),
        (b"GET /healthz HTTP/1.2\r\nHost: x\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\nHost: x\n\n", 400),
        (get(fields=b"A : b\r\n"), 400),
        (get(fields=b"A: b\r\n c\r\n"), 400),
        (get(fields=b"A: b\x00\r\n"), 400),
        (get(fields=b": b\r\n"), 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (b"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 501),
        (b"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\nContent-Length: 5\r\n\r\nhello", 501),
        (b"GET /healthz HTTP/2.0\r\nHost: x\r\n\r\n", 505),
        (b"GET /healthz HTTP/0.9\r\nHost: x\r\n\r\n", 505),
        (get(b"/" + b"a" * 16_384), 414),
        (get(b"/healthz?" + b"a" * 100_000), 414),
        (get(fields=b"X: %s\r\n" % (b"a" * 65_536)), 431),
        (get(fields=b"%s: a\r\n" % (b"a" * 80_000)), 431),
        (get(fields=b"X: abc\r\n" * 1000), 431),
        (get(fields=b"X: %s\r\n" % (b"a" * 6_000) * 11), 431),
        (get(fields=b"Cookie: a=b\r\n" * 200), 431),
    ],
    ids=lambda value: value[:40] if isinstance(value, bytes) else str(value),
)
def test_header_is_refused(address: str, request_: bytes, status: int) -> None:
    with dialing(address) as wire:
        wire.send(request_)
        refusal_of(wire, status)


@pytest.mark.parametrize(
    "endless",
    [
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 10_000_000,
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"a" * 10_000_000,
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"X: a\r\n" * 1_000_000,
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"X:\r\n" * 1_000_000,
    ],
    ids=["value", "name", "fields", "empty fields"],
)
def test_endless_header_is_refused(address: str, endless: bytes) -> None:
    with dialing(address) as wire:
        wire.send_until_refused(endless)
        assert wire.expect(431).json()["code"] == "REQUEST_HEADER_FIELDS_TOO_LARGE"


def test_endless_target_is_refused(address: str) -> None:
    with dialing(address) as wire:
        wire.send_until_refused(b"GET /" + b"a" * 10_000_000)
        assert wire.expect(414).json()["code"] == "URI_TOO_LONG"


@pytest.mark.parametrize("host", BAD_HOSTS)
def test_invalid_host_is_refused(address: str, host: bytes) -> None:
    with dialing(address) as wire:
        wire.send(b"GET /healthz HTTP/1.1\r\nHost: %s\r\n\r\n" % host)
        refusal_of(wire, 400)


def test_valid_hosts_are_accepted(address: str) -> None:
    with dialing(address) as wire:
        for host in GOOD_HOSTS:
            wire.send(b"GET /healthz HTTP/1.1\r\nHost: %s\r\n\r\n" % host)
            wire.expect()


def test_host_is_checked_in_every_request(address: str) -> None:
    with dialing(address) as wire:
        wire.send(get(), b"GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n")
        assert wire.statuses() == [200, 400]


@pytest.mark.parametrize("target", [b"http://other/healthz", b"HTTP://other:80/healthz?a", b"https://[::1]/healthz"])
def test_absolute_target(address: str, target: bytes) -> None:
    """RFC 9112, section 3.2.2: a server accepts absolute targets."""
    with dialing(address) as wire:
        wire.send(get(target))
        wire.expect()
        assert wire.is_open()


def test_large_but_allowed_header(address: str) -> None:
    with dialing(address) as wire:
        fields = b"".join(b"X-%d: %s\r\n" % (number, b"a" * 400) for number in range(150))
        wire.send(get(b"/healthz?" + b"a" * 2_000, fields))
        wire.expect()
        assert wire.is_open()


def test_http_1_0_needs_no_host(address: str) -> None:
    with dialing(address) as wire:
        wire.send(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert wire.statuses() == [200]


def test_http_1_0_with_two_hosts_is_refused(address: str) -> None:
    with dialing(address) as wire:
        wire.send(b"GET /healthz HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n")
        refusal_of(wire, 400)


def test_refusal_of_head_has_no_body(address: str) -> None:
    with dialing(address) as wire:
        wire.send(b"HEAD /healthz HTTP/1.1\r\n\r\n")
        response = wire.read(has_body=False)
        assert response is not None
        assert response.status == 400
        assert wire.read() is None


def test_refusal_for_consumer_api_has_a_message(address: str) -> None:
    with dialing(address) as wire:
        wire.send(b"GET /api/consumer/v1/process_models/a/events HTTP/1.1\r\n\r\n")
        document = wire.expect(400).json()
        assert document["message"] == document["detail"]


def test_refusals_are_counted(address: str) -> None:
    def count() -> float:
        with dialing(address) as wire:
            wire.send(get(b"/metrics", CLOSE))
            lines = wire.expect().body.decode().splitlines()
        return sum(
            float(line.split()[1]) for line in lines if line.startswith('bpmn_events_http_refused_total{status="505"}')
        )

    before = count()
    with dialing(address) as wire:
        wire.send(b"GET /healthz HTTP/2.0\r\nHost: x\r\n\r\n")
        assert wire.statuses() == [505]
    assert count() == before + 1
