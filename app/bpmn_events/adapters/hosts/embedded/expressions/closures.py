"""Closures that compiled expressions consist of.

Each function of this module returns a ``Closure``: a function of the visible variables and the circumstances of the
evaluation that returns a JSON value, or raises ``ExpressionError``.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions import values
from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.expressions.values import ExpressionError, MissingValue

Closure = Callable[[Mapping[str, Any], Evaluation], Any]


def constant(value: Any) -> Closure:
    """Return a closure that returns the value."""
    return lambda variables, evaluation: value


def failure(reason: str) -> Closure:
    """Return a closure that has no value, for the reason."""

    def value(_variables: Mapping[str, Any], _evaluation: Evaluation) -> Any:
        raise ExpressionError(reason)

    return value


def variable(name: str) -> Closure:
    """Return a closure that returns the variable, or raises ``MissingValue``."""

    def value(variables: Mapping[str, Any], evaluation: Evaluation) -> Any:
        try:
            return variables[name]
        except KeyError:
            raise MissingValue(f"there is no variable `{name}`") from None

    return value


def member(container: Closure, name: Closure) -> Closure:
    """Return a closure that returns a member of an object or an item of a list."""
    return lambda variables, evaluation: values.get_member(
        container(variables, evaluation), name(variables, evaluation)
    )


def conditional(test: Closure, then: Closure, otherwise: Closure) -> Closure:
    """Return a closure that evaluates ``then`` if the test is true, else ``otherwise``. The test must be a boolean."""
    return lambda variables, evaluation: (then if values.require_boolean(test(variables, evaluation)) else otherwise)(
        variables, evaluation
    )


def disjunction(operands: list[Closure]) -> Closure:
    """Return a closure that is true if one operand is. It stops at the first true operand."""
    return lambda variables, evaluation: any(
        values.require_boolean(operand(variables, evaluation)) for operand in operands
    )


def conjunction(operands: list[Closure]) -> Closure:
    """Return a closure that is true if all operands are. It stops at the first false operand."""
    return lambda variables, evaluation: all(
        values.require_boolean(operand(variables, evaluation)) for operand in operands
    )


def negation(operand: Closure, *, odd: bool) -> Closure:
    """Return a closure that negates the operand if the number of negations is odd. The operand must be a boolean."""
    return lambda variables, evaluation: values.require_boolean(operand(variables, evaluation)) is not odd


def unary(operator: str, operand: Closure) -> Closure:
    """Return a closure that applies ``!``, ``empty``, ``-`` or ``+`` to the operand."""
    match operator:
        case "!":
            return negation(operand, odd=True)
        case "empty":
            return lambda variables, evaluation: values.is_empty(operand(variables, evaluation))
        case "-":
            return lambda variables, evaluation: values.negate(operand(variables, evaluation))
    # A plus sign changes nothing, but its operand must be a number.
    return lambda variables, evaluation: values.negate(values.negate(operand(variables, evaluation)))


def chain(first: Closure, operations: list[tuple[Callable[[Any, Any], Any], Closure]]) -> Closure:
    """Return a closure that applies binary operations from left to right, each with its right operand."""
    if not operations:
        return first
    if len(operations) == 1:
        combine, second = operations[0]
        return lambda variables, evaluation: combine(first(variables, evaluation), second(variables, evaluation))

    def value(variables: Mapping[str, Any], evaluation: Evaluation) -> Any:
        result = first(variables, evaluation)
        for combine, operand in operations:
            result = combine(result, operand(variables, evaluation))
        return result

    return value


def comparison(left: Closure, compare: values.Comparison, right: Closure) -> Closure:
    """Return a closure that compares two operands."""
    return lambda variables, evaluation: compare(left(variables, evaluation), right(variables, evaluation), evaluation)


def call(function: Callable[..., Any], arguments: list[Closure]) -> Closure:
    """Return a closure that calls the function with the arguments."""
    return lambda variables, evaluation: function(
        evaluation, *(argument(variables, evaluation) for argument in arguments)
    )


def list_literal(items: list[Closure]) -> Closure:
    """Return a closure that builds a list."""
    return lambda variables, evaluation: values.check_size([item(variables, evaluation) for item in items], evaluation)


def object_literal(members: dict[str, Closure]) -> Closure:
    """Return a closure that builds an object."""
    return lambda variables, evaluation: values.check_size(
        {name: operand(variables, evaluation) for name, operand in members.items()}, evaluation
    )


def is_defined(operand: Closure) -> Closure:
    """Return a closure that is true if the operand's variable or member exists."""

    def value(variables: Mapping[str, Any], evaluation: Evaluation) -> bool:
        try:
            operand(variables, evaluation)
        except MissingValue:
            return False
        return True

    return value
