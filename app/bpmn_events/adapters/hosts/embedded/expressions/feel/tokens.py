"""The tokens of a FEEL expression (DMN 1.5, section 10.3.1.2), and the values of its text literals."""

import re
from dataclasses import dataclass

from bpmn_events.adapters.hosts.embedded.expressions.tokens import shorten
from bpmn_events.adapters.hosts.embedded.expressions.values import ExpressionError

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)"""
    r"""|(?P<at>@\s*"(?:[^"\\]|\\.)*")"""
    r"""|(?P<text>"(?:[^"\\]|\\.)*")"""
    r"""|(?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?(?![^\W\d]))"""
    r"""|(?P<quoted>`[^`]+`)"""
    r"""|(?P<operator>\.\.|\*\*|[!<>]=|->|[-+*/=<>.,:()\[\]{}'])"""
    r"""|(?P<word>\?|[^\W\d]\w*)""",
    re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "/": "/", "b": "\b", "f": "\f"}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Token:
    """A token of an expression.

    Attributes:
        kind: "number", "text", "at" (a literal such as ``@"P1D"``), "quoted" (a name), "operator", "word" or "end".
        text: The token as it is written.
        start: The index of its first character in the expression.
        end: The index after its last character.
    """

    kind: str
    text: str
    start: int
    end: int


def tokenize(source: str) -> list[Token]:
    """Return the tokens in order, without spaces and comments. The last one has the kind "end".

    Raises:
        ExpressionError: The text contains a character that begins no token.
    """
    tokens: list[Token] = []
    position = 0
    while position < len(source):
        match = _TOKEN.match(source, position)
        if match is None:
            raise ExpressionError(f"`{shorten(source)}` is no FEEL expression, from `{source[position:][:20]}` on")
        kind = match.lastgroup or ""
        if kind != "space":
            tokens.append(Token(kind, match.group(), position, match.end()))
        position = match.end()
    tokens.append(Token("end", "", position, position))
    return tokens


def literal_text(text: str) -> str:
    """Return the value of a text literal, which begins and ends with a quotation mark.

    Raises:
        ExpressionError: The literal has an unknown escape or half a surrogate pair.
    """

    def unescape(match: re.Match[str]) -> str:
        escape = match.group(1)
        if escape[0] in "uU" and len(escape) > 1:
            code = int(escape[1:], 16)
            if code > 0x10FFFF:
                raise ExpressionError(f"`\\{escape}` is no character")
            return chr(code)
        # In FEEL, a backslash before any other character stands for itself, as in patterns: "\d".
        return _ESCAPES.get(escape, match.group())

    result = _ESCAPE.sub(unescape, text[1:-1])
    if any("\ud800" <= character <= "\udfff" for character in result):
        try:  # two escapes may be the halves of one character
            return result.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            raise ExpressionError("a text with half a surrogate pair") from None
    return result
