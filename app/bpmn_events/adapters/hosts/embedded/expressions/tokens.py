"""The tokens of an expression: how its text is divided, and what numbers and texts in it stand for."""

import re
from dataclasses import dataclass

from bpmn_events.adapters.hosts.embedded.expressions import values
from bpmn_events.adapters.hosts.embedded.expressions.values import ExpressionError

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
    r"""|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?!\w))"""
    r"""|(?P<operator>===|!==|&&|\|\||[=!<>]=|[-+*/%!<>=?:.,()\[\]{}])"""
    r"""|(?P<word>[^\W\d]\w*)|(?P<end>\Z))""",
    re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "/": "/", "b": "\b", "f": "\f"}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Token:
    """``kind`` is number, text, operator, word or end; ``position`` is where it begins in the expression."""

    kind: str
    text: str
    position: int


def tokens_of(source: str) -> list[Token]:
    """Return the tokens in their order, the last one of kind end.

    Raises:
        ExpressionError: a character begins no token.
    """
    tokens, position = [], 0
    while True:
        found = _TOKEN.match(source, position)
        if found is None:
            rest = source[position:].lstrip()
            raise ExpressionError(f"`{shortened(source)}` is not in the expression language, from `{rest[:20]}` on")
        kind = found.lastgroup or "end"
        tokens.append(Token(kind, found.group(kind), found.start(kind)))
        if kind == "end":
            return tokens
        position = found.end()


def literal_number(text: str) -> int | float:
    """Return the number. Raise ``ExpressionError`` if it is too large."""
    try:
        return values.number(int(text) if text.isdigit() else float(text))
    except ValueError:
        raise ExpressionError(f"the number {text[:20]} is too large") from None


def literal_text(text: str) -> str:
    """Return what stands between the quotes. Raise ``ExpressionError`` for an unknown escape or half a surrogate."""

    def character(found: re.Match[str]) -> str:
        escape = found.group(1)
        if escape[0] == "u" and len(escape) == 5:
            return chr(int(escape[1:], 16))
        if escape not in _ESCAPES:
            raise ExpressionError(f"`\\{escape}` is no escape in a text")
        return _ESCAPES[escape]

    result = _ESCAPE.sub(character, text[1:-1])
    if any("\ud800" <= each <= "\udfff" for each in result):
        raise ExpressionError("a text with half a surrogate pair")
    return result


def shortened(text: str) -> str:
    """Return the text on one line, cut off where it is too long for a message."""
    text = " ".join(text.split())
    return text if len(text) <= 80 else text[:79] + "…"
