"""Rules for the header of a request (RFC 9112)."""

import re
from collections.abc import Collection

import httptools

# The request target and all fields, without the separators. Servers and proxies commonly accept 8 to 64 KiB.
MAX_TARGET_BYTES = 16_384
MAX_HEAD_BYTES = 65_536
MAX_FIELDS = 200

Headers = Collection[tuple[bytes, bytes]]

_NAME = rb"(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*"
_ADDRESS = rb"\[(?:[0-9A-Fa-f:.]+|v[0-9A-Fa-f]+\.[A-Za-z0-9._~!$&'()*+,;=:-]+)\]"
_HOST = re.compile(rb"(?:%s|%s)(?::[0-9]*)?" % (_ADDRESS, _NAME))


def is_valid_host(value: bytes) -> bool:
    """Return True for a host with an optional port, or nothing (RFC 9112, section 3.2; RFC 3986, section 3.2.2)."""
    return _HOST.fullmatch(value) is not None


def is_head_too_large(target: bytes, headers: Headers) -> bool:
    """Return True if the header has too many fields, or too many bytes."""
    if len(headers) > MAX_FIELDS:
        return True
    return len(target) + sum(len(name) + len(value) for name, value in headers) > MAX_HEAD_BYTES


def split_absolute_target(target: bytes) -> tuple[bytes, bytes] | None:
    """Return the authority and the origin-form of an absolute target (RFC 9112, section 3.2.2).

    None if the target is no URL with http or https.
    """
    try:
        url = httptools.parse_url(target)
    except httptools.HttpParserInvalidURLError:
        return None
    if not url.host or (url.schema or b"").lower() not in (b"http", b"https"):
        return None
    authority = re.split(rb"[/?#]", target.partition(b"://")[2], maxsplit=1)[0]
    return authority, (url.path or b"/") + (b"?" + url.query if url.query else b"")
