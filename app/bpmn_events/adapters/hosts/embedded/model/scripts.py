"""Scripts of script tasks: assignments in the expression language, executed in order."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError
from bpmn_events.adapters.hosts.embedded.expressions.tokens import shorten
from bpmn_events.adapters.hosts.embedded.expressions.values import DATA_TYPES

MAX_STATEMENTS = 50
_ASSIGNMENT = re.compile(r"(?:(?:var|let|const)\s+)?([^\W\d]\w*|`[^`]+`)\s*=(?!=)\s*(.+)\Z", re.DOTALL)
_RETURN = re.compile(r"return\b\s*(.+)\Z", re.DOTALL)
_SEPARATORS = re.compile(r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`|[()\[\]{}])|(;|\n)""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Statement:
    """An assignment to a variable.

    Attributes:
        target: The variable; None if the value is an object whose members become variables.
        value: The assigned value.
    """

    target: str | None
    value: Expression


@dataclass(frozen=True, slots=True)
class Script:
    """The statements of a script task, in order."""

    statements: tuple[Statement, ...]

    @classmethod
    def parse(cls, text: str, result_variable: str | None = None) -> "Script":
        """Return the script of the text.

        It consists of assignments such as ``total = price * 1.2``, one per line or separated by ``;``. The last
        statement may be a value, with or without ``return``. The result variable gets the value; without a result
        variable, the members of the value become variables.

        Raises:
            ExpressionError: The text is empty, has too many statements, or one that is not in the language.
        """
        pieces = _split(text)
        if not pieces:
            raise ExpressionError("the script is empty")
        if len(pieces) > MAX_STATEMENTS:
            raise ExpressionError(f"a script has at most {MAX_STATEMENTS} statements")
        statements = [
            _parse_statement(piece, index == len(pieces) - 1, result_variable) for index, piece in enumerate(pieces)
        ]
        if result_variable is not None and statements[-1].target != result_variable:
            raise ExpressionError(
                f"the script's last statement is no value for its result variable {result_variable!r}"
            )
        return cls(tuple(statements))

    @classmethod
    def of(cls, value: Expression, result_variable: str | None) -> "Script":
        """Return the script that assigns the value to the result variable.

        Raises:
            ExpressionError: There is no result variable.
        """
        if result_variable is None:
            raise ExpressionError(f"`{shorten(value.text)}`: the value would go nowhere: name a result variable")
        return cls((Statement(result_variable, value),))

    def run(
        self,
        variables: Callable[[], Mapping[str, Any]],
        assign: Callable[[dict[str, Any]], None],
        evaluation: Evaluation,
    ) -> None:
        """Execute the assignments in order.

        Args:
            variables: Returns the visible variables. It is called before each statement, which sees the earlier ones.
            assign: Sets variables.
            evaluation: The circumstances of the evaluations.

        Raises:
            ExpressionError: An expression has no value.
        """
        for statement in self.statements:
            visible = variables()
            value = statement.value.evaluate(visible, evaluation)
            if type(value) in DATA_TYPES:  # a text that grows in a loop counts once
                evaluation.keep(value, visible.get(statement.target or ""))
            assign(value if statement.target is None else {statement.target: value})


def _parse_statement(text: str, is_last: bool, result_variable: str | None) -> Statement:
    if match := _RETURN.match(text):
        if not is_last:
            raise ExpressionError("`return` is the last statement of a script")
        if result_variable is None and not match.group(1).startswith("{"):
            raise ExpressionError(
                f"`{shorten(text)}`: the value would go nowhere; assign it to a variable, return an object such as"
                " {total: 5}, or name a result variable"
            )
        return Statement(result_variable, Expression.parse(match.group(1)))
    if match := _ASSIGNMENT.match(text):
        return Statement(match.group(1).strip("`"), Expression.parse(match.group(2)))
    if is_last and (result_variable is not None or text.startswith("{")):
        return Statement(result_variable, Expression.parse(text))
    raise ExpressionError(f"`{shorten(text)}` is no assignment in the expression language")


def _split(text: str) -> list[str]:
    """Return the statements, split at line ends and semicolons outside of texts and brackets."""
    pieces, depth, begin = [], 0, 0
    for match in _SEPARATORS.finditer(text):
        token = match.group()
        if token in "([{":
            depth += 1
        elif token in ")]}":
            depth -= 1
        elif match.group(2) and depth <= 0:
            pieces.append(text[begin : match.start()])
            begin = match.end()
    pieces.append(text[begin:])
    return [piece.strip() for piece in pieces if piece.strip()]
