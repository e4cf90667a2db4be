"""Script tasks: assignments in the expression language, one after another."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError
from bpmn_events.adapters.hosts.embedded.expressions.tokens import shortened

MAX_STATEMENTS = 50
_ASSIGNMENT = re.compile(r"(?:(?:var|let|const)\s+)?([^\W\d]\w*)\s*=(?!=)\s*(.+)\Z", re.DOTALL)
_RETURN = re.compile(r"return\b\s*(.+)\Z", re.DOTALL)
_SEPARATORS = re.compile(r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[()\[\]{}])|(;|\n)""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Statement:
    """``target`` names the variable that takes the value; None: the value is an object, and its members become
    variables.
    """

    target: str | None
    value: Expression


@dataclass(frozen=True, slots=True)
class Script:
    statements: tuple[Statement, ...]

    @classmethod
    def parse(cls, text: str, result_variable: str | None = None) -> "Script":
        """Assignments such as ``total = price * 1.2``, a line each or with ``;`` between them. The last may be a
        value alone or with ``return`` before it: it goes to the result variable, or its members become variables.

        Raises:
            ExpressionError: it is anything else.
        """
        pieces = _split(text)
        if not pieces:
            raise ExpressionError("the script is empty")
        if len(pieces) > MAX_STATEMENTS:
            raise ExpressionError(f"a script has at most {MAX_STATEMENTS} statements")
        statements = [
            _statement(piece, index == len(pieces) - 1, result_variable) for index, piece in enumerate(pieces)
        ]
        if result_variable is not None and statements[-1].target != result_variable:
            raise ExpressionError(
                f"the script's last statement is no value for its result variable {result_variable!r}"
            )
        return cls(tuple(statements))

    def run(
        self, variables: Callable[[], Mapping[str, Any]], assign: Callable[[dict[str, Any]], None], now: datetime
    ) -> None:
        """Do the assignments in order. Raises ``ExpressionError`` where one has no value."""
        for statement in self.statements:
            value = statement.value.evaluate(variables(), now)
            if statement.target is not None:
                assign({statement.target: value})
            else:
                assign(value)


def _statement(text: str, is_last: bool, result_variable: str | None) -> Statement:
    if returned := _RETURN.match(text):
        if not is_last:
            raise ExpressionError("`return` is the last statement of a script")
        if result_variable is None and not returned.group(1).startswith("{"):
            raise ExpressionError(
                f"`{shortened(text)}`: the value would go nowhere; assign it to a variable, return an object such as"
                " {total: 5}, or name a result variable"
            )
        return Statement(result_variable, Expression.parse(returned.group(1)))
    if assignment := _ASSIGNMENT.match(text):
        return Statement(assignment.group(1), Expression.parse(assignment.group(2)))
    if is_last and (result_variable is not None or text.startswith("{")):
        return Statement(result_variable, Expression.parse(text))
    raise ExpressionError(f"`{shortened(text)}` is no assignment in the expression language")


def _split(text: str) -> list[str]:
    """The statements: at line ends and semicolons outside of texts and brackets."""
    pieces, depth, begin = [], 0, 0
    for found in _SEPARATORS.finditer(text):
        token = found.group()
        if token in "([{":
            depth += 1
        elif token in ")]}":
            depth -= 1
        elif found.group(2) and depth <= 0:
            pieces.append(text[begin : found.start()])
            begin = found.end()
    pieces.append(text[begin:])
    return [piece.strip() for piece in pieces if piece.strip()]
