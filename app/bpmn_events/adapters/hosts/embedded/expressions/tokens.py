"""The tokens of an expression, and the values of its number and text literals."""

import re
from dataclasses import dataclass

from bpmn_events.adapters.hosts.embedded.expressions import values
from bpmn_events.adapters.hosts.embedded.expressions.values import ExpressionError

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
    r"""|(?P<quoted>`[^`]+`)"""
    r"""|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?!\w))"""
    r"""|(?P<operator>===|!==|&&|\|\||[=!<>]=|[-+*/%!<>=?:.,()\[\]{}])"""
    r"""|(?P<word>[^\W\d]\w*)|(?P<end>\Z))""",
    re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "/": "/", "b": "\b", "f": "\f"}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Token:
    """A token of an expression.

    Attributes:
        kind: "number", "text", "quoted" (a name in backticks), "operator", "word" or "end".
        text: The token as it is written.
        position: The index of its first character in the expression.
    """

    kind: str
    text: str
    position: int


def tokenize(source: str) -> list[Token]:
    """Return the tokens in order. The last one has the kind "end".

    Raises:
        ExpressionError: The text contains a character that begins no token.
    """
    tokens, position = [], 0
    while True:
        match = _TOKEN.match(source, position)
        if match is None:
            unread = source[position:].lstrip()
            raise ExpressionError(f"`{shorten(source)}` is not in the expression language, from `{unread[:20]}` on")
        kind = match.lastgroup or "end"
        tokens.append(Token(kind, match.group(kind), match.start(kind)))
        if kind == "end":
            return tokens
        position = match.end()


def literal_number(text: str) -> int | float:
    """Return the value of a number literal. Raise ``ExpressionError`` if it is too large."""
    try:
        return values.normalize_number(int(text) if text.isdigit() else float(text))
    except ValueError:
        raise ExpressionError(f"the number {text[:20]} is too large") from None


def literal_text(text: str) -> str:
    """Return the value of a text literal.

    Raises:
        ExpressionError: The literal has an unknown escape or half a surrogate pair.
    """

    def unescape(match: re.Match[str]) -> str:
        escape = match.group(1)
        if escape[0] == "u" and len(escape) == 5:
            return chr(int(escape[1:], 16))
        if escape not in _ESCAPES:
            raise ExpressionError(f"`\\{escape}` is no escape in a text")
        return _ESCAPES[escape]

    result = _ESCAPE.sub(unescape, text[1:-1])
    if any("\ud800" <= character <= "\udfff" for character in result):
        raise ExpressionError("a text with half a surrogate pair")
    return result


def shorten(text: str) -> str:
    """Return the text on one line, with at most 80 characters, for a message."""
    text = " ".join(text.split())
    return text if len(text) <= 80 else text[:79] + "…"
