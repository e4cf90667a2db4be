"""Attacks on connections: heads, bodies and upgrades that a server could misread, and clients that never finish."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack

from tests.system.under_attack.attacks import Attack, Target, request

_WAITING = "start > W > U > end\nW: intermediateCatchEvent message=m\nU: userTask"
_VARIABLES = """
query($id: ID!) { correlation(id: $id) { ... on Correlation { processInstances { nodes { variables } } } } }
"""
_PAYLOAD = b'{"amount": 5}'
_OFFER = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAMAAABkAAQAoAAAAAIAAAAA"}
_CHUNKED = {"Transfer-Encoding": "chunked", "Content-Length": ""}
_LAST = request("GET", "/healthz", {"Connection": "close"})
_HEALTH = request("GET", "/healthz")
_HALF_OPEN = 700

Parts = list[bytes | float]


def _whole(content: bytes) -> Parts:
    return [content]


def _bytewise(content: bytes) -> Parts:
    return [piece for byte in content for piece in (bytes([byte]), 0.001)]


def _head_first(content: bytes) -> Parts:
    head, _, rest = content.partition(b"\r\n\r\n")
    return [head + b"\r\n\r\n", 0.1, rest]


def _chunks(body: bytes, size: int, extension: bytes = b"", trailer: bytes = b"") -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in pieces) + b"0\r\n%s\r\n" % trailer


def _delivers(
    name: str, headers: Mapping[str, str], cut: Callable[[bytes], Parts] = _whole, body: bytes = _PAYLOAD
) -> Attack:
    """Return an attack that triggers an event, and expects that the event gets exactly the payload."""

    async def run(target: Target) -> None:
        correlation = target.new_key()
        key = await target.start(_WAITING, correlation)
        path = f"/process_models/{key}/correlations/{correlation}/events/W/trigger"
        answer = await target.send(*cut(request("POST", path, headers, body) + _LAST))
        assert answer.statuses == [200, 200], answer.content
        found = await target.client.graphql(_VARIABLES, id=correlation)
        assert found["processInstances"]["nodes"] == [{"variables": {"amount": 5}}], found

    return Attack(name, run)


def _answers(name: str, parts: Parts, *statuses: int) -> Attack:
    """Return an attack that expects these responses, which the client can read although it may still be sending."""

    async def run(target: Target) -> None:
        answer = await target.send(*parts)
        assert answer.statuses == list(statuses), answer.content

    return Attack(name, run)


async def _many_half_open(target: Target) -> None:
    """Open more connections than any server needs, each with half a head. They must all end."""
    async with AsyncExitStack() as stack:
        readers = []
        for _ in range(_HALF_OPEN):
            reader, writer = await asyncio.open_connection(target.host, target.port)
            stack.callback(writer.close)
            writer.write(b"POST /graphql HTTP/1.1\r\nHost: localhost\r\n")
            readers.append(reader)
        statuses = Counter(await asyncio.gather(*map(_read_status, readers)))
    assert set(statuses) <= {b"408", b"503", b""}, statuses


async def _read_status(reader: asyncio.StreamReader) -> bytes:
    """Return the status code of the response, or nothing if the connection ends without one."""
    try:
        return (await reader.read())[9:12]
    except ConnectionError:
        return b""


async def _reads_nothing(target: Target) -> None:
    """Ask for many responses over connections on which nothing is read."""
    question = b'{"query": "{ __schema { types { name description fields { name description } } } }"}'
    writers = []
    for _ in range(20):
        _, writer = await asyncio.open_connection(target.host, target.port, limit=1)
        writer.write(request(body=question) * 200)
        writers.append(writer)
    await asyncio.sleep(2)
    for writer in writers:
        writer.transport.abort()


def _trigger_by_offer(**changes: str) -> dict[str, str]:
    return {**_OFFER, **changes}


ATTACKS = (
    _delivers("h2c offered", _OFFER),
    _delivers("h2c offered, body later", _OFFER, _head_first),
    _delivers("h2c offered, byte by byte", _OFFER, _bytewise),
    _delivers("h2c offered, chunked", {**_OFFER, **_CHUNKED}, body=_chunks(_PAYLOAD, 4)),
    _delivers("h2c offered, chunked, byte by byte", {**_OFFER, **_CHUNKED}, _bytewise, _chunks(_PAYLOAD, 1)),
    _delivers("H2C and websocket offered", _trigger_by_offer(Upgrade="H2C, websocket")),
    _delivers("TLS offered", {"Connection": "Upgrade", "Upgrade": "TLS/1.2"}),
    _delivers("websocket offered by POST", {"Connection": "keep-alive, upgrade", "Upgrade": "websocket"}),
    _delivers("upgrade without Connection", {"Upgrade": "h2c"}),
    _delivers("one-byte chunks with extensions", _CHUNKED, body=_chunks(_PAYLOAD, 1, b";a=b")),
    _delivers(
        "trailer with a credential", _CHUNKED, body=_chunks(_PAYLOAD, 99, trailer=b"Authorization: Bearer x\r\n")
    ),
    _answers(
        "many one-byte chunks",
        [request(headers={**_CHUNKED, "Connection": "close"}), b"1\r\n \r\n" * 500_000, b"0\r\n\r\n"],
        400,
    ),
    _answers("a chunk extension of 10 MB", [request(headers=_CHUNKED), b"1;a=" + b"x" * 10_000_000], 431),
    _answers("no Host", [b"GET /healthz HTTP/1.1\r\n\r\n"], 400),
    _answers("two Hosts", [b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"], 400),
    _answers("gzip coding", [request(headers={**_CHUNKED, "Transfer-Encoding": "gzip, chunked"})], 501),
    _answers("length and chunks", [request(headers={"Transfer-Encoding": "chunked"}, body=b"{}")], 400),
    _answers("two lengths", [request(headers={"content-length": "5"}, body=b"{}")], 400),
    _answers("negative length", [request(headers={"Content-Length": "-1"}, body=b"{}")], 400),
    _answers("request line of 100 kB", [request("GET", "/" + "a" * 100_000)], 414),
    _answers("header field of 10 MB", [request("GET", "/healthz", {"X": "a" * 10_000_000})], 431),
    _answers("200,000 header fields", [request("GET", "/healthz", {f"X{n}": "a" for n in range(200_000)})], 431),
    _answers("header name of 1 MB", [request("GET", "/healthz", {"X" * 1_000_000: "a"})], 431),
    _answers("body of 20 MB", [request(body=b" " * 20_000_000)], 413),
    _answers("garbage behind a request", [_HEALTH + b"GARBAGE\r\n\r\n"], 200, 400),
    _answers("binary garbage", [bytes(range(256)) * 100], 400),
    _answers("CONNECT", [b"CONNECT localhost:1 HTTP/1.1\r\nHost: localhost:1\r\n\r\n"], 501),
    _answers("half a head", [b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"], 408),
    _answers("half a body", [request(body=b"{}")[:-1]], 408),
    _answers("a head that drips", [b"GET / HTTP/1.1\r\nX: ", *[part for _ in range(60) for part in (b"a", 0.5)]], 408),
    _answers("1,000 pipelined requests", [_HEALTH * 1000 + _LAST], *[200] * 1001),
    Attack("700 half-open connections", _many_half_open),
    Attack("answers that nobody reads", _reads_nothing),
)
