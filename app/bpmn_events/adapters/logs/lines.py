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
    line = {"time": timestamp(seconds), "level": level, "logger": logger, "message": text, **fields}
    try:
        encoded = _encode(line)
    except UnicodeEncodeError:  # a lone surrogate
        return _escaped(line)
    return encoded + b"\n" if encoded.decode().isprintable() else _escaped(line)


def _escaped(line: Mapping[str, Any]) -> bytes:
    return json.dumps(line).replace("\x7f", "\\u007f").encode() + b"\n"


def console_line(seconds: float, level: str, logger: str, text: str, fields: Mapping[str, Any]) -> bytes:
    """Return the time, the level, the logger and the text, and then the fields as ``name=value``.

    Control characters are escaped, so that no value can begin a line or control the terminal.
    """
    pairs = "".join(f" {name}={_console_value(value)}" for name, value in fields.items())
    return f"{timestamp(seconds)} {level.upper():<7} {logger}: {_printable(text)}{pairs}\n".encode()


def timestamp(seconds: float) -> str:
    """Return the instant in UTC with milliseconds (RFC 3339). ``seconds`` is the time since 1970."""
    whole, milliseconds = divmod(int(seconds * 1000), 1000)
    return f"{_second(whole)}.{milliseconds:03d}Z"


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
