"""The expression language: small, side-effect free, and checked when a model is deployed (docs/expressions.md).

Literals, variables, member and index access, arithmetic, comparison, membership, ``and or not``, a choice, and a few
functions. There is no loop, no assignment and no call of anything but those functions, so an evaluation takes no more
steps than the expression has parts. The text is compiled once, to Python closures; ``eval`` is never involved.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.closures import Compiled
from bpmn_events.adapters.hosts.embedded.expressions.syntax import compile_expression
from bpmn_events.adapters.hosts.embedded.expressions.tokens import shortened
from bpmn_events.adapters.hosts.embedded.expressions.values import ExpressionError, MissingValue, kind_of

__all__ = ["Expression", "ExpressionError", "MissingValue"]

MAX_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression. ``text`` is what the model says."""

    text: str
    _compiled: Compiled

    @classmethod
    def parse(cls, text: str) -> "Expression":
        """Raises ``ExpressionError`` if the text is not in the language."""
        if len(text) > MAX_LENGTH:
            raise ExpressionError(f"an expression has at most {MAX_LENGTH} characters")
        source, single_equals = _unwrapped(text)
        if not source:
            raise ExpressionError("the expression is empty")
        return cls(text, compile_expression(source, single_equals=single_equals))

    def evaluate(self, variables: Mapping[str, Any], now: datetime) -> Any:
        """Its value, a JSON value. Raises ``ExpressionError`` where it has none."""
        try:
            return self._compiled(variables, now)
        except ExpressionError as error:
            raise type(error)(f"`{shortened(self.text)}`: {error}") from None

    def is_true(self, variables: Mapping[str, Any], now: datetime) -> bool:
        """Its value, which must be true or false. Raises ``ExpressionError`` as ``evaluate``."""
        value = self.evaluate(variables, now)
        if not isinstance(value, bool):
            raise ExpressionError(f"`{shortened(self.text)}` is {kind_of(value)}, where true or false is needed")
        return value


def _unwrapped(text: str) -> tuple[str, bool]:
    """The expression without its ``${…}`` or ``= …`` wrapper, and whether a single ``=`` compares in it (FEEL)."""
    text = text.strip()
    if text.startswith("="):
        return text[1:].strip(), True
    if text.startswith(("${", "#{")) and text.endswith("}"):
        text = text[2:-1]
    return text.strip().removesuffix(";").strip(), False
