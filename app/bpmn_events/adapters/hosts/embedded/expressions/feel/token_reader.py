"""A position in the tokens of a FEEL expression."""

from collections.abc import Sequence
from typing import NoReturn

from bpmn_events.adapters.hosts.embedded.expressions.feel.names import KEYWORDS
from bpmn_events.adapters.hosts.embedded.expressions.feel.tokens import Token
from bpmn_events.adapters.hosts.embedded.expressions.tokens import shorten
from bpmn_events.adapters.hosts.embedded.expressions.values import ExpressionError

_OPENING = frozenset("([{-]")
_INFIX_WORDS = KEYWORDS - {"if", "for", "some", "every", "function", "true", "false", "null"}


class TokenReader:
    """The tokens of an expression, with the next one to read."""

    def __init__(self, source: str, tokens: Sequence[Token]) -> None:
        self._source = source
        self.tokens = tokens
        self.position = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.position]

    def peek(self, offset: int = 1) -> Token:
        """Return a later token, or the last one."""
        return self.tokens[min(self.position + offset, len(self.tokens) - 1)]

    def is_next(self, *symbols: str) -> bool:
        """Return True if the next token is one of these operators or keywords."""
        token = self.next
        return token.kind in ("operator", "word") and token.text in symbols

    def take(self, *symbols: str) -> str:
        """Consume and return the next token if it is one of these operators or keywords, else return an empty text."""
        if not self.is_next(*symbols):
            return ""
        self.position += 1
        return self.tokens[self.position - 1].text

    def expect(self, symbol: str) -> None:
        """Consume the operator or keyword. Refuse any other token."""
        if not self.take(symbol):
            self.refuse()

    def begins_expression(self, token: Token) -> bool:
        """Return True if an expression can begin with the token."""
        if token.kind == "operator":
            return token.text in _OPENING and token.text != "]"
        return token.kind != "end" and token.text not in _INFIX_WORDS

    def spelled(self, end: int) -> str:
        """Consume the tokens before ``end``, and return the name that they spell."""
        parts = self.tokens[self.position : end]
        text = "".join(
            (" " if index and part.start > parts[index - 1].end else "") + part.text for index, part in enumerate(parts)
        )
        self.position = end
        return text

    def quoted_name(self) -> str:
        """Consume a name in backticks and return it."""
        self.position += 1
        return self.tokens[self.position - 1].text[1:-1]

    def declared_name(self, *ends: str) -> str:
        """Consume and return the name that the tokens before one of these symbols spell."""
        if self.next.kind == "quoted":
            return self.quoted_name()
        end = self.position
        while self.tokens[end].kind != "end" and self.tokens[end].text not in ends:
            end += 1
        if self.next.kind != "word" or self.tokens[end].kind == "end":
            self.refuse()
        return self.spelled(end)

    def refuse(self) -> NoReturn:
        """Raise an ``ExpressionError`` that quotes the next token."""
        token = self.next
        if token.text == "=" and self.position and self.tokens[self.position - 1].text in ("=", "!="):
            raise ExpressionError("`==` is no operator of FEEL: write `=`")
        place = f"at `{self._source[token.start :][:20]}`" if token.kind != "end" else "at its end"
        raise ExpressionError(f"`{shorten(self._source)}` is no FEEL expression ({place})")
