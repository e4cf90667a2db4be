"""Addresses in settings: the origins of web pages, the path prefix of a proxy, and the URL of a key set."""

import re
from ipaddress import IPv6Address
from urllib.parse import quote, unquote, urlsplit

_ORIGIN = re.compile(r"([a-z][a-z0-9+.-]*)://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?")
_HOST_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_MAX_PORT = 65535
# The characters of a path segment (RFC 3986, section 3.3), apart from the percent-encoded ones.
_UNENCODED = "!$&'()*+,;=:@-._~"
_SEGMENT = re.compile(rf"(?:[A-Za-z0-9{re.escape(_UNENCODED)}]|%[0-9A-Fa-f]{{2}})+")


def parse_origin(text: str) -> str:
    """Return the origin as a browser sends it in the header ``Origin``: in lower case and without a default port.

    Raises:
        ValueError: The text is not an origin (RFC 6454, section 6.2): a scheme, a host and an optional port.
    """
    text = text.strip()
    match = _ORIGIN.fullmatch(text.lower())
    if match is None:
        raise ValueError(f"{text!r} is not an origin, such as https://example.com: a scheme and a host, without a path")
    scheme, host, port = match.groups()
    try:
        origin = f"{scheme}://{_normal_host(host)}"
    except ValueError:
        raise ValueError(f"the origin {text!r} has no valid host") from None
    if port is None or int(port) == _DEFAULT_PORTS.get(scheme):
        return origin
    if not 0 < int(port) <= _MAX_PORT:
        raise ValueError(f"the port of the origin {text!r} is not from 1 to {_MAX_PORT}")
    return f"{origin}:{int(port)}"


def _normal_host(host: str) -> str:
    if host.startswith("["):
        return f"[{IPv6Address(host[1:-1])}]"
    if not _HOST_NAME.fullmatch(host):
        raise ValueError
    return host


def parse_root_path(text: str) -> str:
    """Return the path prefix, percent-encoded and without a slash at its end; empty for ``/``.

    Raises:
        ValueError: The text is not a path of one or more segments (RFC 3986, section 3.3).
    """
    if not text.startswith("/"):
        raise ValueError("begins with a slash, such as /bpmn")
    segments = text.removesuffix("/").split("/")[1:]
    return "".join(f"/{_normal_segment(segment)}" for segment in segments)


def _normal_segment(segment: str) -> str:
    try:
        decoded = unquote(segment, errors="strict")
    except UnicodeDecodeError:
        decoded = ""
    if not _SEGMENT.fullmatch(segment) or not decoded.isprintable() or decoded in ("", ".", "..") or "/" in decoded:
        raise ValueError(f"takes segments of a path, percent-encoded if necessary, and not {segment!r}")
    return quote(decoded, safe=_UNENCODED)


def parse_key_set_url(text: str) -> tuple[str, str]:
    """Return the scheme, ``https`` or ``http``, and the URL.

    Raises:
        ValueError: The text is not such a URL with a host, or has spaces, a user name or a fragment.
    """
    try:
        parts = urlsplit(text.strip())
        _ = parts.port  # raises ValueError if it is no port
        host = _normal_host(f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or "")
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("https", "http") or parts.username is not None or parts.fragment:
        raise ValueError("takes an address such as https://idp.example.com/keys, without a user name")
    if not text.isascii() or not text.strip().isprintable() or " " in text.strip():
        raise ValueError("takes an address in ASCII without spaces")
    return parts.scheme, text.strip()
