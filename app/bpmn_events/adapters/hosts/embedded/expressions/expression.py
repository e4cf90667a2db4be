"""Expressions: those of a small language of this server, and FEEL (docs/expressions.md).

The server's own language is small, side-effect free, and checked when a model is deployed. It has literals, variables,
member and index access, arithmetic, comparison, membership, ``and``, ``or``, ``not``, a conditional, and a fixed set of
functions. It has neither loops nor assignments, so an evaluation takes no more steps than the expression has parts. The
loops of FEEL count their work. A text is compiled once, to Python closures; ``eval`` is never used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.closures import Closure, failure
from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.expressions.feel.compiler import compile_feel
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
        is_feel: True for an expression of FEEL, in which null stands for errors and missing variables.
        names: The variables that it reads.
        longer_names: Names such as `payment-status` that a FEEL expression reads if there are such variables.
        is_difference: True if it is a subtraction as a whole, whose value is a number.
        remark: The reason why a part of it can never be true; None if no such part was found.
    """

    text: str
    _closure: Closure
    is_refused: bool = False
    is_feel: bool = False
    names: frozenset[str] = frozenset()
    longer_names: frozenset[str] = frozenset()
    is_difference: bool = False
    remark: str | None = None

    @classmethod
    def parse(cls, text: str) -> "Expression":
        """Return the compiled expression of the server's own language.

        The text may have a ``${…}``, ``#{…}`` or ``= …`` wrapper.

        Raises:
            ExpressionError: The text is empty, too long, or not in the language.
        """
        source, single_equals = _unwrap(text)
        _check_length(text, source)
        compiled = compile_expression(source, single_equals=single_equals)
        return cls(
            text,
            compiled.closure,
            names=compiled.names,
            is_difference=compiled.is_difference,
            remark=compiled.remark,
        )

    @classmethod
    def parse_feel(cls, text: str) -> "Expression":
        """Return the compiled expression of a FEEL text, with or without a leading ``=``.

        Raises:
            ExpressionError: The text is empty, too long, or no FEEL expression.
        """
        source = text.strip().removeprefix("=").strip()
        _check_length(text, source)
        compiled = compile_feel(source)
        return cls(text, compiled.evaluate, is_feel=True, names=compiled.names, longer_names=compiled.longer_names)

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
            MissingValue: A FEEL expression is null.
            ExpressionError: The expression has no value, or one that is neither true nor false.
        """
        value = self.evaluate(variables, evaluation)
        if not isinstance(value, bool):
            if value is None and self.is_feel:
                raise MissingValue(self._why_null(variables))
            raise ExpressionError(f"`{shorten(self.text)}` is {kind_of(value)}, where true or false is needed")
        return value

    def _why_null(self, variables: Mapping[str, Any]) -> str:
        missing = sorted(name for name in self.names if name not in variables)
        reason = f": there is no variable `{missing[0][:80]}`" if missing else ""
        return f"`{shorten(self.text)}` is null, where true or false is needed{reason}"


def _check_length(text: str, source: str) -> None:
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"an expression has at most {MAX_LENGTH} characters")
    if not source:
        raise ExpressionError("the expression is empty")


def _unwrap(text: str) -> tuple[str, bool]:
    """Return the expression without its wrapper, and whether a single ``=`` compares in it, as in FEEL."""
    text = text.strip()
    if text.startswith("="):
        return text[1:].strip(), True
    if text.startswith(("${", "#{")) and text.endswith("}"):
        text = text[2:-1]
    return text.strip().removesuffix(";").strip(), False
