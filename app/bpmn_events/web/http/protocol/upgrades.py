"""Offers to upgrade a connection to another protocol (RFC 9110, section 7.8)."""

from collections.abc import Iterator

from bpmn_events.web.http.protocol.heads import Headers

_HOP_TOKENS = frozenset((b"upgrade", b"http2-settings"))


def is_websocket_handshake(method: bytes, version: str, headers: Headers) -> bool:
    """Return True if the request opens a WebSocket (RFC 6455, section 4.2.1) and has no body.

    A request that offers further protocols counts as none, because the WebSocket library refuses it.
    """
    if method != b"GET" or version != "1.1":
        return False
    fields = dict(headers)
    return (
        _values(headers, b"upgrade") == [b"websocket"]
        and b"upgrade" in _tokens(headers)
        and b"sec-websocket-key" in fields
        and b"transfer-encoding" not in fields
        and fields.get(b"content-length", b"0").strip(b"0") == b""
    )


def without_offer(method: bytes, target: bytes, version: str, headers: Headers) -> bytes:
    """Return the header of the request without its offer, as bytes.

    The parser decides to skip the body of a request with an offer before the application can refuse the offer. The
    rebuilt header lets it read the body.
    """
    lines = [b"%s %s HTTP/%s" % (method, target, version.encode()), *_lines_without_offer(headers), b"", b""]
    return b"\r\n".join(lines)


def _lines_without_offer(headers: Headers) -> Iterator[bytes]:
    for name, value in headers:
        if name == b"connection":
            kept = [token for token in _split(value) if token.lower() not in _HOP_TOKENS]
            if kept:
                yield b"connection: " + b", ".join(kept)
        elif name != b"upgrade":
            yield name + b": " + value


def _tokens(headers: Headers) -> set[bytes]:
    return {token.lower() for value in _values(headers, b"connection") for token in _split(value)}


def _values(headers: Headers, wanted: bytes) -> list[bytes]:
    return [value.strip().lower() for name, value in headers if name == wanted]


def _split(value: bytes) -> list[bytes]:
    return [token for token in (part.strip() for part in value.split(b",")) if token]
