"""Expressions that the parser composes of others: variables by name, texts with expressions in them, lists and objects.

They have no text of the expression language, so the names of variables and members may have any characters.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions import closures, values
from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError, MissingValue


def constant(value: Any) -> Expression:
    """Return an expression whose value is the JSON value."""
    return Expression(str(value), closures.constant(value))


def variable(name: str) -> Expression:
    """Return an expression whose value is that of the variable."""
    return Expression(name, closures.variable(name))


def or_null(expression: Expression) -> Expression:
    """Return an expression that is null where the other one refers to something that does not exist."""

    def value(variables: Mapping[str, Any], evaluation: Evaluation) -> Any:
        try:
            return expression.evaluate(variables, evaluation)
        except MissingValue:
            return None

    return Expression(expression.text, value)


def variable_or(name: str, expression: Expression) -> Expression:
    """Return an expression whose value is that of the variable, or of the other expression if there is none."""

    def value(variables: Mapping[str, Any], evaluation: Evaluation) -> Any:
        return variables[name] if name in variables else expression.evaluate(variables, evaluation)

    return Expression(name, value)


def limited_to(expression: Expression, names: Collection[str]) -> Expression:
    """Return an expression that sees the variables of these names alone."""

    def value(variables: Mapping[str, Any], evaluation: Evaluation) -> Any:
        return expression.evaluate(_Limited(variables, names), evaluation)

    return Expression(expression.text, value)


def object_of_variables(names: Collection[str]) -> Expression:
    """Return an expression whose value is an object of the variables of these names that there are."""

    def value(variables: Mapping[str, Any], evaluation: Evaluation) -> Any:
        evaluation.count_size(len(names))
        return dict(_Limited(variables, names))

    return Expression("all variables", value)


class _Limited(Mapping[str, Any]):
    """The variables of some names. It copies nothing, because a model may have many mappings of many variables."""

    def __init__(self, variables: Mapping[str, Any], names: Collection[str]) -> None:
        self._variables = variables
        self._names = names

    def __getitem__(self, name: str) -> Any:
        if name not in self._names:
            raise KeyError(name)
        return self._variables[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._names if name in self._variables)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def text_of(text: str, parts: Sequence[str | Expression]) -> Expression:
    """Return an expression whose value is the text of all parts. Null adds nothing.

    Its evaluation raises ``ExpressionError`` if a part is a list or an object, which has no text.
    """

    def value(variables: Mapping[str, Any], evaluation: Evaluation) -> Any:
        pieces = [part if isinstance(part, str) else _to_text(part, variables, evaluation) for part in parts]
        return values.check_text_size("".join(pieces))

    return Expression(text, value)


def _to_text(part: Expression, variables: Mapping[str, Any], evaluation: Evaluation) -> str:
    value = part.evaluate(variables, evaluation)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        raise ExpressionError(f"{values.kind_of(value)} cannot be a part of a text")
    return str(value)


def list_of(text: str, items: Sequence[Expression]) -> Expression:
    """Return an expression whose value is the list of the values."""

    def value(variables: Mapping[str, Any], evaluation: Evaluation) -> Any:
        return values.check_size([item.evaluate(variables, evaluation) for item in items], evaluation)

    return Expression(text, value)


def object_of(text: str, entries: Sequence[tuple[Expression, Expression]]) -> Expression:
    """Return an expression whose value is an object. An entry has the expressions of its name and its value.

    Its evaluation raises ``ExpressionError`` if a name is no text.
    """

    def value(variables: Mapping[str, Any], evaluation: Evaluation) -> Any:
        result = {}
        for name, member in entries:
            key = name.evaluate(variables, evaluation)
            if not isinstance(key, str):
                raise ExpressionError(f"{values.kind_of(key)} cannot be the name of a member")
            result[key] = member.evaluate(variables, evaluation)
        return values.check_size(result, evaluation)

    return Expression(text, value)


@dataclass(frozen=True, slots=True)
class Assignment:
    """The assignment of a value to a variable, or to a member inside of it.

    Attributes:
        path: The names of the members that lead to the target; empty for the variable itself.
        source: The value.
        is_optional: True if nothing is assigned where the source refers to something that does not exist.
    """

    path: tuple[str, ...]
    source: Expression
    is_optional: bool = False


def assigned(target: str, assignments: Sequence[Assignment], *, keeps_members: bool) -> Expression:
    """Return an expression whose value is that of the target variable after the assignments, in their order.

    With ``keeps_members``, assignments to members keep the other members that the variable has. The evaluation raises
    ``MissingValue`` if nothing is assigned, and ``ExpressionError`` if a value is missing that is not optional, or a
    member of something else than an object is assigned.
    """
    if len(assignments) == 1 and not assignments[0].path:
        return assignments[0].source

    def value(variables: Mapping[str, Any], evaluation: Evaluation) -> Any:
        result = variables.get(target) if keeps_members else None
        is_assigned = False
        for assignment in assignments:
            try:
                source = assignment.source.evaluate(variables, evaluation)
            except MissingValue as error:
                if not assignment.is_optional:
                    raise ExpressionError(str(error)) from None
                continue
            result, is_assigned = _with_member(result, assignment.path, source), True
        if not is_assigned:
            raise MissingValue(f"nothing is assigned to `{target}`")
        return values.check_size(result, evaluation)

    return Expression(target, value)


def _with_member(container: Any, path: Sequence[str], value: Any) -> Any:
    """Return a copy of the object in which the member has the value. Null is an object without members."""
    if not path:
        return value
    if container is not None and not isinstance(container, dict):
        raise ExpressionError(f"{values.kind_of(container)} has no member `{path[0]}` to assign")
    members: dict[str, Any] = container or {}
    return {**members, path[0]: _with_member(members.get(path[0]), path[1:], value)}
