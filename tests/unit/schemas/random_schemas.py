"""Random schemas with every keyword, and payloads that satisfy or violate them."""

from typing import Any

from hypothesis import strategies as st

NAMES = st.sampled_from(["a", "b", "c", "x1", "long name"])
SCALARS = st.sampled_from([None, True, False, 0, 1, 2, -1, 3.5, 1.0, 0.1, "", "a", "abc", "2020-01-01", "z" * 2_500])
REFERENCES = st.sampled_from(["#/$defs/d0", "#/$defs/d1", "#/properties/a", "#/$defs/d2/$defs/inner", "#anchor"])

VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)
PAYLOADS = st.dictionaries(NAMES, VALUES, max_size=5)
# Objects with more members than a message shows.
WIDE_PAYLOADS = st.builds(
    lambda payload, size: {**{f"k{number:03}": number for number in range(size)}, **payload},
    PAYLOADS,
    st.sampled_from([0, 0, 160, 400]),
)
SMALL = st.integers(0, 3)


def _keywords(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    some = st.lists(inner, min_size=1, max_size=3)
    names = st.lists(NAMES, max_size=2, unique=True)
    keywords: dict[str, st.SearchStrategy[Any]] = {
        "type": st.sampled_from(["object", "array", "string", "integer", "number", "null", ["string", "array"]]),
        "const": VALUES,
        "enum": st.lists(VALUES, min_size=1, max_size=3),
        "minimum": st.sampled_from([0, 1, 2.5]),
        "maximum": st.sampled_from([0, 1.5, 2]),
        "exclusiveMinimum": st.sampled_from([0, 1]),
        "exclusiveMaximum": st.sampled_from([1, 2]),
        "multipleOf": st.sampled_from([1, 2, 0.5, 0.1]),
        "minLength": SMALL,
        "maxLength": SMALL,
        "minItems": SMALL,
        "maxItems": SMALL,
        "minProperties": SMALL,
        "maxProperties": SMALL,
        "required": names,
        "dependentRequired": st.dictionaries(NAMES, names, max_size=2),
        "pattern": st.sampled_from(["^a", "b", "^[a-z]{2,3}$"]),
        "format": st.sampled_from(["date", "email", "uuid"]),
        "uniqueItems": st.booleans(),
        "properties": st.dictionaries(NAMES, inner, max_size=3),
        "patternProperties": st.dictionaries(st.sampled_from(["^a", "^x", "g", "."]), inner, max_size=2),
        "additionalProperties": st.just(False) | inner,
        "propertyNames": inner,
        "items": inner,
        "prefixItems": some,
        "contains": inner,
        "minContains": SMALL,
        "maxContains": SMALL,
        "allOf": some,
        "anyOf": some,
        "oneOf": some,
        "not": inner,
        "if": inner,
        "then": inner,
        "else": inner,
        "dependentSchemas": st.dictionaries(NAMES, inner, max_size=2),
        "dependencies": st.dictionaries(NAMES, names | inner, max_size=2),
        "unevaluatedProperties": st.just(False) | inner,
        "unevaluatedItems": st.just(False) | inner,
        "$ref": REFERENCES,
    }
    return st.lists(st.sampled_from(sorted(keywords)), max_size=4, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries({keyword: keywords[keyword] for keyword in chosen})
    )


_SUBSCHEMAS: st.SearchStrategy[Any] = st.recursive(st.booleans() | st.just({}), _keywords, max_leaves=8)


def _complete(root: dict[str, Any], first: Any, second: Any, inner: Any) -> dict[str, Any]:
    """Return the schema with the definitions that ``REFERENCES`` names."""
    definitions = {"d0": first, "d1": second, "d2": {"$defs": {"inner": inner}, "$anchor": "anchor", "minimum": 1}}
    return {**root, "$defs": definitions, "properties": {"a": {}, **root.get("properties", {})}}


SCHEMAS = st.builds(_complete, _keywords(_SUBSCHEMAS), _SUBSCHEMAS, _SUBSCHEMAS, _SUBSCHEMAS)
