"""The parts that compiled expressions are made of: functions of the variables and the present time."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions import values
from bpmn_events.adapters.hosts.embedded.expressions.values import MissingValue

Compiled = Callable[[Mapping[str, Any], datetime], Any]


def constant(value: Any) -> Compiled:
    return lambda variables, now: value


def variable(name: str) -> Compiled:
    def value(variables: Mapping[str, Any], now: datetime) -> Any:
        try:
            return variables[name]
        except KeyError:
            raise MissingValue(f"there is no variable `{name}`") from None

    return value


def member(container: Compiled, name: Compiled) -> Compiled:
    return lambda variables, now: values.member(container(variables, now), name(variables, now))


def chosen(condition: Compiled, chosen: Compiled, other: Compiled) -> Compiled:
    return lambda variables, now: (chosen if values.truth(condition(variables, now)) else other)(variables, now)


def disjunction(parts: list[Compiled]) -> Compiled:
    return lambda variables, now: any(values.truth(part(variables, now)) for part in parts)


def conjunction(parts: list[Compiled]) -> Compiled:
    return lambda variables, now: all(values.truth(part(variables, now)) for part in parts)


def negated(operand: Compiled, *, odd: bool) -> Compiled:
    return lambda variables, now: values.truth(operand(variables, now)) is not odd


def signed(sign: str, operand: Compiled) -> Compiled:
    match sign:
        case "!":
            return negated(operand, odd=True)
        case "empty":
            return lambda variables, now: values.is_empty(operand(variables, now))
        case "-":
            return lambda variables, now: values.negated(operand(variables, now))
    return lambda variables, now: values.negated(values.negated(operand(variables, now)))


def chain(first: Compiled, rest: list[tuple[Callable[[Any, Any], Any], Compiled]]) -> Compiled:
    if not rest:
        return first
    if len(rest) == 1:
        combine, second = rest[0]
        return lambda variables, now: combine(first(variables, now), second(variables, now))

    def value(variables: Mapping[str, Any], now: datetime) -> Any:
        result = first(variables, now)
        for combine, operand in rest:
            result = combine(result, operand(variables, now))
        return result

    return value


def list_of(items: list[Compiled]) -> Compiled:
    return lambda variables, now: values.bounded([item(variables, now) for item in items])


def object_of(members: dict[str, Compiled]) -> Compiled:
    return lambda variables, now: values.bounded({name: each(variables, now) for name, each in members.items()})


def defined(operand: Compiled) -> Compiled:
    def value(variables: Mapping[str, Any], now: datetime) -> bool:
        try:
            operand(variables, now)
        except MissingValue:
            return False
        return True

    return value
