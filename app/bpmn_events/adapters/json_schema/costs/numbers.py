"""The costs of comparing numbers.

jsonschema-rs compares numbers exactly, as decimal fractions. That is fast only between integers: a comparison with a
fraction takes microseconds, which grow with the digits and the exponent. The figures are upper bounds of measurements.
"""

from collections.abc import Mapping
from typing import Any

from bpmn_events.adapters.json_schema.costs.cost import NOTHING, Cost, peak, total

_EXACT_INTEGER = 2**53
_FAST_LIMIT = Cost(values=40, decimals=70, integrals=70, exponents=1_600)
_SLOW_LIMIT = Cost(values=400, digits=500, decimals=1_500, integrals=1_500, exponents=25_000)
_FAST_DIVISOR = Cost(values=50, decimals=3_500, integrals=1_000, exponents=6_000)
_SLOW_DIVISOR = Cost(values=1_000, digits=600, decimals=2_500, integrals=2_500, exponents=70_000)
# One comparison for equality with a number.
EQUAL = Cost(values=450, digits=450, decimals=2_500, integrals=2_500, exponents=28_000)
_LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


def numeric_cost(schema: Mapping[str, Any]) -> Cost:
    """Return the cost of the numeric keywords of a schema."""
    costs = [_limit_cost(schema[keyword]) for keyword in _LIMITS if is_number(schema.get(keyword))]
    if is_number(schema.get("multipleOf")):
        costs.append(_FAST_DIVISOR if _is_fast(schema["multipleOf"]) else _SLOW_DIVISOR)
    return total(costs)


def _limit_cost(limit: float) -> Cost:
    return _FAST_LIMIT if _is_fast(limit) else _SLOW_LIMIT


def _is_fast(number: float) -> bool:
    return isinstance(number, int) and abs(number) <= _EXACT_INTEGER


def is_number(value: Any) -> bool:
    """Return True for a number of JSON; True and False are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def only_integers(cost: Cost, schema: Mapping[str, Any]) -> Cost:
    """Return the cost without that of fractions if the type of the schema rejects these before anything else."""
    types = schema.get("type")
    names = {types} if isinstance(types, str) else set(types) if isinstance(types, list) else {"number"}
    if "number" in names:
        return cost
    return cost._replace(decimals=0) if "integer" in names else NOTHING._replace(values=cost.values, bytes=cost.bytes)


def equality_cost(values: list[Any]) -> Cost:
    """Return the cost of comparing a value with each of these values.

    Objects and arrays are compared member by member, as far as they agree: see ``deep_equality_cost``.
    """
    return peak(
        [
            EQUAL.times(sum(map(is_number, values))),
            Cost(values=12.0 * len(values)),
        ]
    )


def deep_equality_cost(values: list[Any]) -> Cost:
    """Return the cost, at each place inside of a value, of comparing it with each of these objects and arrays."""
    containers = [value for value in values if isinstance(value, dict | list)]
    with_numbers = sum(map(_has_number, containers))
    return peak([EQUAL.times(with_numbers), Cost(values=25.0 * len(containers))])


def _has_number(value: Any) -> bool:
    pending = [value]
    while pending:
        each = pending.pop()
        if is_number(each):
            return True
        if isinstance(each, dict | list):
            pending += each.values() if isinstance(each, dict) else each
    return False
