"""Closures that compiled expressions consist of.

Each function of this module returns a ``Closure``: a function of the visible variables and the current time that
returns a JSON value, or raises ``ExpressionError``.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions import values
from bpmn_events.adapters.hosts.embedded.expressions.values import ExpressionError, MissingValue

Closure = Callable[[Mapping[str, Any], datetime], Any]


def constant(value: Any) -> Closure:
    """Return a closure that returns the value."""
    return lambda variables, now: value


def failure(reason: str) -> Closure:
    """Return a closure that has no value, for the reason."""

    def value(_variables: Mapping[str, Any], _now: datetime) -> Any:
        raise ExpressionError(reason)

    return value


def variable(name: str) -> Closure:
    """Return a closure that returns the variable, or raises ``MissingValue``."""

    def value(variables: Mapping[str, Any], now: datetime) -> Any:
        try:
            return variables[name]
        except KeyError:
            raise MissingValue(f"there is no variable `{name}`") from None

    return value


def member(container: Closure, name: Closure) -> Closure:
    """Return a closure that returns a member of an object or an item of a list."""
    return lambda variables, now: values.get_member(container(variables, now), name(variables, now))


def conditional(test: Closure, then: Closure, otherwise: Closure) -> Closure:
    """Return a closure that evaluates ``then`` if the test is true, else ``otherwise``. The test must be a boolean."""
    return lambda variables, now: (then if values.require_boolean(test(variables, now)) else otherwise)(variables, now)


def disjunction(operands: list[Closure]) -> Closure:
    """Return a closure that is true if one operand is. It stops at the first true operand."""
    return lambda variables, now: any(values.require_boolean(operand(variables, now)) for operand in operands)


def conjunction(operands: list[Closure]) -> Closure:
    """Return a closure that is true if all operands are. It stops at the first false operand."""
    return lambda variables, now: all(values.require_boolean(operand(variables, now)) for operand in operands)


def negation(operand: Closure, *, odd: bool) -> Closure:
    """Return a closure that negates the operand if the number of negations is odd. The operand must be a boolean."""
    return lambda variables, now: values.require_boolean(operand(variables, now)) is not odd


def unary(operator: str, operand: Closure) -> Closure:
    """Return a closure that applies ``!``, ``empty``, ``-`` or ``+`` to the operand."""
    match operator:
        case "!":
            return negation(operand, odd=True)
        case "empty":
            return lambda variables, now: values.is_empty(operand(variables, now))
        case "-":
            return lambda variables, now: values.negate(operand(variables, now))
    # A plus sign changes nothing, but its operand must be a number.
    return lambda variables, now: values.negate(values.negate(operand(variables, now)))


def chain(first: Closure, operations: list[tuple[Callable[[Any, Any], Any], Closure]]) -> Closure:
    """Return a closure that applies binary operations from left to right, each with its right operand."""
    if not operations:
        return first
    if len(operations) == 1:
        combine, second = operations[0]
        return lambda variables, now: combine(first(variables, now), second(variables, now))

    def value(variables: Mapping[str, Any], now: datetime) -> Any:
        result = first(variables, now)
        for combine, operand in operations:
            result = combine(result, operand(variables, now))
        return result

    return value


def list_literal(items: list[Closure]) -> Closure:
    """Return a closure that builds a list."""
    return lambda variables, now: values.check_size([item(variables, now) for item in items])


def object_literal(members: dict[str, Closure]) -> Closure:
    """Return a closure that builds an object."""
    return lambda variables, now: values.check_size(
        {name: operand(variables, now) for name, operand in members.items()}
    )


def is_defined(operand: Closure) -> Closure:
    """Return a closure that is true if the operand's variable or member exists."""

    def value(variables: Mapping[str, Any], now: datetime) -> bool:
        try:
            operand(variables, now)
        except MissingValue:
            return False
        return True

    return value
