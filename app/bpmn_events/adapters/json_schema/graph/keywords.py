"""The keywords of JSON Schema 2020-12 that contain subschemas, as jsonschema-rs applies them.

Schemas of earlier drafts are read by these keywords (``drafts``).
"""

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

from bpmn_events.adapters.json_schema.graph.drafts import DRAFT_2020_12, Draft
from bpmn_events.domain.payload import pointer

Schema: TypeAlias = dict[str, Any] | bool

REFERENCES = ("$ref", "$dynamicRef")
# These apply to the same value as the schema that has them.
IN_PLACE = frozenset(
    {"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "dependencies", *REFERENCES}
)
MEMBERS = frozenset({"properties", "patternProperties", "additionalProperties", "unevaluatedProperties"})
ITEMS = frozenset({"prefixItems", "items", "contains", "unevaluatedItems"})
APPLICATORS = IN_PLACE | MEMBERS | ITEMS | {"propertyNames"}
UNEVALUATED = frozenset({"unevaluatedProperties", "unevaluatedItems"})
# These assert something about the value itself, without subschemas.
ASSERTIONS = frozenset(
    {
        "type",
        "const",
        "enum",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minProperties",
        "maxProperties",
        "required",
        "dependentRequired",
        "pattern",
        "format",
        "uniqueItems",
    }
)

_ONE = (
    "not",
    "if",
    "then",
    "else",
    "items",
    "contains",
    "additionalProperties",
    "unevaluatedProperties",
    "unevaluatedItems",
    "propertyNames",
)
_LIST = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAP = ("properties", "patternProperties", "dependentSchemas", "dependencies")
# Nothing is checked against these, but references may lead into them.
_CONTAINERS = ("$defs", "definitions")


class Subschema(NamedTuple):
    """A subschema with its keyword, and the name or index below the keyword; None if the keyword has one subschema.

    ``spelling`` is the keyword as the schema spells it: its draft may have another than 2020-12.
    """

    keyword: str
    key: str | int | None
    schema: Schema
    spelling: str

    def place_in(self, outer: str) -> str:
        """Return the JSON Pointer of the subschema, from that of the schema which contains it."""
        place = pointer(outer, self.spelling)
        return place if self.key is None else pointer(place, self.key)


def subschemas(schema: Schema, draft: Draft = DRAFT_2020_12, *, with_definitions: bool = False) -> Iterator[Subschema]:
    """Yield the direct subschemas of a schema as it is written.

    Skip values of the wrong type: the schema may be invalid.
    """
    if not isinstance(schema, dict):
        return
    read = draft.read(schema)
    for keyword in _ONE:
        if isinstance(subschema := read.get(keyword), dict | bool):
            yield Subschema(keyword, None, subschema, draft.spell(keyword, schema))
    for keyword in _LIST:
        if isinstance(members := read.get(keyword), list):
            spelling = draft.spell(keyword, schema)
            for index, each in enumerate(members):
                if is_schema(each):
                    yield Subschema(keyword, index, each, spelling)
    for keyword in (*_MAP, *_CONTAINERS) if with_definitions else _MAP:
        if isinstance(named := read.get(keyword), dict):
            yield from (Subschema(keyword, name, each, keyword) for name, each in named.items() if is_schema(each))


def is_schema(value: Any) -> bool:
    """Return True for an object, true and false."""
    return isinstance(value, dict | bool)
