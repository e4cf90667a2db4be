"""The two forms of a line: for people at a console, and as a JSON object for programs."""

import json
import re
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

import msgspec

_encode = msgspec.json.Encoder().encode
# Values that need no quotes on the console.
_is_plain = re.compile(r"[\w!#$%&'()*+,./:;<>?@\[\]^{|}~-]+", re.ASCII).fullmatch

# Returns the line, with its line end, of: seconds since 1970, level, logger, text, fields.
FormatLine: TypeAlias = Callable[[float, str, str, str, Mapping[str, Any]], bytes]


def json_line(seconds: float, level: str, logger: str, text: str, fields: Mapping[str, Any]) -> bytes:
    """Return a JSON object with the members ``time``, ``level``, ``logger``, ``message`` and the fields.

    If it has characters that are not printable, all that is not ASCII is escaped: people look at such lines, too.
    """
    line = b'{"time":"%b",%b,%b\n' % (timestamp(seconds).encode(), _head(level, logger, text), _json(fields)[1:])
    return line if fields else line[:-3] + b"}\n"


@lru_cache(maxsize=64)  # the lines of requests and commands have a few heads
def _head(level: str, logger: str, text: str) -> bytes:
    return _json({"level": level, "logger": logger, "message": text})[1:-1]


def _json(value: Mapping[str, Any]) -> bytes:
    try:
        encoded = _encode(value)
    except UnicodeEncodeError:  # a lone surrogate
        return _escaped(value)
    is_plain = encoded.isascii() and b"\x7f" not in encoded  # the common case, and the fastest to find out
    return encoded if is_plain or encoded.decode().isprintable() else _escaped(value)


def _escaped(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value).replace("\x7f", "\\u007f").encode()


def console_line(seconds: float, level: str, logger: str, text: str, fields: Mapping[str, Any]) -> bytes:
    """Return the time, the level, the logger and the text, and then the fields as ``name=value``.

    Control characters are escaped, so that no value can begin a line or control the terminal.
    """
    pairs = "".join(f" {name}={_console_value(value)}" for name, value in fields.items())
    return f"{timestamp(seconds)} {level.upper():<7} {logger}: {_printable(text)}{pairs}\n".encode()


def timestamp(seconds: float) -> str:
    """Return the instant in UTC with milliseconds (RFC 3339). ``seconds`` is the time since 1970."""
    whole = int(seconds)
    return f"{_second(whole)}.{int((seconds - whole) * 1000):03d}Z"


@lru_cache(maxsize=4)  # most lines are written in the same second as the one before
def _second(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))


def _console_value(value: Any) -> str:
    if isinstance(value, list):
        value = ",".join(value)
    elif not isinstance(value, str):
        return _encode(value).decode()
    return value if _is_plain(value) else _quote(value)


def _quote(text: str) -> str:
    return _encode(text).decode() if text.isprintable() else json.dumps(text).replace("\x7f", "\\u007f")


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)
