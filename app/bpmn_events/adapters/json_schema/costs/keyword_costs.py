"""The costs of the keywords of one schema, without its subschemas.

The figures are nanoseconds, rounded up from measurements of jsonschema-rs 0.60 on payloads made to be slow.
"""

from collections.abc import Mapping
from typing import Any

from bpmn_events.adapters.json_schema.costs.cost import NOTHING, Cost, total
from bpmn_events.adapters.json_schema.costs.numbers import (
    EQUAL,
    deep_equality_cost,
    equality_cost,
    is_number,
    numeric_cost,
    only_integers,
)
from bpmn_events.adapters.json_schema.costs.payload_size import to_json
from bpmn_events.adapters.json_schema.graph.keywords import APPLICATORS, ASSERTIONS, Schema
from bpmn_events.adapters.json_schema.patterns.pattern_costs import pattern_cost

_SCHEMA = 6.0
_KEYWORD = 12.0
_NAME = 22.0
# A name that an object has takes longer, but needs bytes in the payload.
_FOUND_NAME = Cost(bytes=6)
_FEW_NAMES = 8
_STRINGS = Cost(values=20)
_INTEGERS = Cost(values=50)
# Up to 15 items are compared in pairs.
_UNIQUE = Cost(values=1_200, decimals=25_000, integrals=15_000, exponents=200_000)
_PATTERN_PROPERTY = 40.0
_FORMAT_CALL = 700.0
# Bytes are texts of at least one byte. "regex" grows with the square of the number of named groups.
_FORMAT_BYTES = {
    "idn-hostname": 90.0,
    "uri-template": 60.0,
    "iri-reference": 40.0,
    "iri": 40.0,
    "time": 30.0,
    "regex": 5_000.0,
}
_FORMAT_BYTE = 12.0


def place_cost(schema: Schema) -> Cost:
    """Return the cost at the value that the schema applies to."""
    if isinstance(schema, bool):
        return Cost(values=_SCHEMA)
    keywords = sum(keyword in APPLICATORS or keyword in ASSERTIONS for keyword in schema)
    return total(
        [
            Cost(values=_SCHEMA + _KEYWORD * keywords),
            numeric_cost(schema),
            only_integers(_options_cost(schema), schema),
            _names_cost(schema),
            _text_cost(schema),
        ]
    )


def members_cost(schema: Schema) -> Cost:
    """Return the cost at each member or item of the value, in addition to the subschemas for it."""
    if isinstance(schema, bool):
        return NOTHING
    patterns = schema.get("patternProperties")
    costs = [pattern_cost(pattern) for pattern in patterns] if isinstance(patterns, dict) else []
    return total(Cost(values=_PATTERN_PROPERTY + cost.call, bytes=cost.byte) for cost in costs)


def inner_cost(schema: Schema, item_types: frozenset[str]) -> Cost:
    """Return the cost at every place inside of the value, at any depth.

    Args:
        schema: The schema.
        item_types: The types of items, if it is an array. Other items are rejected before the items are compared.
    """
    if isinstance(schema, bool):
        return NOTHING
    options = schema.get("enum")
    values = [*(options if isinstance(options, list) else []), *([schema["const"]] if "const" in schema else [])]
    cost = deep_equality_cost(values)
    return cost.plus(_unique_cost(item_types)) if schema.get("uniqueItems") is True else cost


def _unique_cost(item_types: frozenset[str]) -> Cost:
    if item_types.isdisjoint({"number", "integer", "array", "object"}):
        return Cost(values=_UNIQUE.values / 3)
    return _UNIQUE if item_types != {"integer"} else _UNIQUE._replace(decimals=0)


def _options_cost(schema: Mapping[str, Any]) -> Cost:
    cost = NOTHING
    if "const" in schema:
        cost = EQUAL if is_number(schema["const"]) else Cost(values=_KEYWORD)
    options = schema.get("enum")
    return cost.plus(_enum_cost(options)) if isinstance(options, list) else cost


def _enum_cost(options: list[Any]) -> Cost:
    if all(isinstance(option, str) for option in options):
        return _STRINGS
    cost = equality_cost(options)
    if all(isinstance(option, int) and not isinstance(option, bool) for option in options):
        return cost._replace(values=_INTEGERS.values, digits=0)
    return cost


def _names_cost(schema: Mapping[str, Any]) -> Cost:
    required = schema.get("required")
    names = len(required) if isinstance(required, list) else 0
    cost = Cost(values=8.0 * names) if names <= _FEW_NAMES else _FOUND_NAME
    for keyword in ("dependentRequired", "dependentSchemas", "dependencies"):
        dependencies = schema.get(keyword)
        if isinstance(dependencies, dict):
            cost = cost.plus(_FOUND_NAME.plus(Cost(values=_NAME)).times(len(dependencies)))
    return cost


def _text_cost(schema: Mapping[str, Any]) -> Cost:
    costs = []
    if isinstance(pattern := schema.get("pattern"), str):
        cost = pattern_cost(pattern)
        costs.append(Cost(values=cost.call, bytes=cost.byte))
    if isinstance(name := schema.get("format"), str):
        costs.append(Cost(values=_FORMAT_CALL, bytes=_FORMAT_BYTES.get(name, _FORMAT_BYTE)))
    return total(costs)


def errors_at_place(schema: Schema) -> Cost:
    """Return the most errors that the schema can have at its value, without its subschemas."""
    if isinstance(schema, bool):
        return Cost(values=1)
    names = [schema.get("required"), *(schema.get("dependentRequired") or {}).values()]
    names += [each for each in (schema.get("dependencies") or {}).values() if isinstance(each, list)]
    # The errors of these have copies of all options.
    options = [schema[keyword] for keyword in ("const", "enum") if keyword in schema]
    copied = len(to_json(options)) / 1_000 if options else 0
    return Cost(values=1 + len(schema) + copied + sum(len(each) for each in names if isinstance(each, list)))
