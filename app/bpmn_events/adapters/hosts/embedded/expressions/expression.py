"""The expression language: small, side-effect free, and checked when a model is deployed (docs/expressions.md).

It has literals, variables, member and index access, arithmetic, comparison, membership, ``and``, ``or``, ``not``, a
conditional, and a fixed set of functions. It has neither loops nor assignments, so an evaluation takes no more steps
than the expression has parts. The text is compiled once, to Python closures; ``eval`` is never used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.closures import Closure, failure
from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.expressions.syntax import compile_expression
from bpmn_events.adapters.hosts.embedded.expressions.tokens import shorten
from bpmn_events.adapters.hosts.embedded.expressions.values import ExpressionError, MissingValue, kind_of

__all__ = ["Expression", "ExpressionError", "MissingValue"]

MAX_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression.

    Attributes:
        text: Its text in the model.
        is_refused: True if the text is not in the language: an evaluation always fails.
    """

    text: str
    _closure: Closure
    is_refused: bool = False

    @classmethod
    def parse(cls, text: str) -> "Expression":
        """Return the compiled expression. The text may have a ``${…}``, ``#{…}`` or ``= …`` wrapper.

        Raises:
            ExpressionError: The text is empty, too long, or not in the language.
        """
        if len(text) > MAX_LENGTH:
            raise ExpressionError(f"an expression has at most {MAX_LENGTH} characters")
        source, single_equals = _unwrap(text)
        if not source:
            raise ExpressionError("the expression is empty")
        return cls(text, compile_expression(source, single_equals=single_equals))

    @classmethod
    def refused(cls, text: str, reason: str) -> "Expression":
        """Return an expression in place of a text that was refused. Its evaluation fails with the reason."""
        return cls(text, failure(reason), is_refused=True)

    def evaluate(self, variables: Mapping[str, Any], evaluation: Evaluation) -> Any:
        """Return the JSON value of the expression.

        Raises:
            MissingValue: The expression refers to a variable, member or item that does not exist.
            ExpressionError: The expression has no value for another reason.
        """
        evaluation.tick(1)
        try:
            return self._closure(variables, evaluation)
        except ExpressionError as error:
            raise type(error)(f"`{shorten(self.text)}`: {error}") from None

    def is_true(self, variables: Mapping[str, Any], evaluation: Evaluation) -> bool:
        """Return the value of a condition.

        Raises:
            ExpressionError: The expression has no value, or one that is neither true nor false.
        """
        value = self.evaluate(variables, evaluation)
        if not isinstance(value, bool):
            raise ExpressionError(f"`{shorten(self.text)}` is {kind_of(value)}, where true or false is needed")
        return value


def _unwrap(text: str) -> tuple[str, bool]:
    """Return the expression without its wrapper, and whether a single ``=`` compares in it, as in FEEL."""
    text = text.strip()
    if text.startswith("="):
        return text[1:].strip(), True
    if text.startswith(("${", "#{")) and text.endswith("}"):
        text = text[2:-1]
    return text.strip().removesuffix(";").strip(), False
