"""The drafts of JSON Schema, and how a schema of an earlier one is read by the keywords of 2020-12.

Costs, the search for violations and the graph itself know only the keywords of 2020-12. A schema of an earlier draft is
read as the schema of 2020-12 with the same meaning, without those keywords that its draft does not know.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from jsonschema_rs import (
    Draft4Validator,
    Draft6Validator,
    Draft7Validator,
    Draft201909Validator,
    Draft202012Validator,
)

ValidatorClass: TypeAlias = type[
    Draft4Validator | Draft6Validator | Draft7Validator | Draft201909Validator | Draft202012Validator
]

_SINCE_2020 = frozenset({"prefixItems", "$dynamicRef", "$dynamicAnchor"})
_SINCE_2019 = _SINCE_2020 | {
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedItems",
    "unevaluatedProperties",
    "minContains",
    "maxContains",
    "$anchor",
    "$recursiveRef",
    "$recursiveAnchor",
}
_SINCE_7 = _SINCE_2019 | {"if", "then", "else"}
_SINCE_6 = _SINCE_7 | {"const", "contains", "propertyNames"}
_FORMATS_SINCE_2019 = frozenset({"duration", "uuid"})
_FORMATS_SINCE_7 = _FORMATS_SINCE_2019 | {"idn-hostname", "iri", "iri-reference", "relative-json-pointer"}
_FORMATS_SINCE_6 = _FORMATS_SINCE_7 | {"json-pointer", "uri-reference", "uri-template"}
# Since draft 7, a host name with the prefix of an internationalized one must have its form.
_OTHER_FORMATS = frozenset({"hostname"})
_CONTAINERS = ("$defs", "definitions")
_ONLY_REF = {"$ref": "$ref"}


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A draft of JSON Schema.

    Attributes:
        name: The number or date of the draft.
        uri: Its `$schema`, as it was published, without an empty fragment.
        validator: The class that checks payloads by it.
        unknown: The keywords that it does not know, of those that others have.
        unknown_formats: The formats that it does not know, or defines otherwise.
        references: The keywords that refer to other schemas, each with the keyword of 2020-12 that has its effect.
        identifier: The keyword for the URI of a schema.
        is_alone: True if a reference hides the keywords beside it, and names of places are fragments of identifiers.
    """

    name: str
    uri: str
    validator: ValidatorClass
    unknown: frozenset[str] = frozenset()
    unknown_formats: frozenset[str] = frozenset()
    references: Mapping[str, str] = field(default_factory=lambda: _ONLY_REF)
    identifier: str = "$id"
    is_alone: bool = False

    @property
    def checks_patterns(self) -> bool:
        """True if jsonschema-rs checks by the metaschema whether patterns are regular expressions of ECMA-262."""
        return self.is_alone

    def read(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the keywords of 2020-12 with the same meaning. The subschemas are the same objects."""
        if self is DRAFT_2020_12:
            return schema
        if self.is_alone and isinstance(schema.get("$ref"), str):
            return {name: schema[name] for name in ("$ref", *_CONTAINERS) if name in schema}
        read = {keyword: value for keyword, value in schema.items() if keyword not in self.unknown}
        name = read.get("format")
        if isinstance(name, str) and name in self.unknown_formats:
            del read["format"]
        if isinstance(schema.get("items"), list):
            read["prefixItems"] = read.pop("items")
            if "additionalItems" in schema:
                read["items"] = schema["additionalItems"]
        if self is DRAFT_4:
            for exclusive, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
                _read_exclusive(read, exclusive, limit)
        return read

    def spell(self, keyword: str, schema: Mapping[str, Any]) -> str:
        """Return how the schema spells a keyword of 2020-12."""
        if self is DRAFT_2020_12 or not isinstance(schema.get("items"), list):
            return keyword
        return {"prefixItems": "items", "items": "additionalItems"}.get(keyword, keyword)


def _read_exclusive(schema: dict[str, Any], exclusive: str, limit: str) -> None:
    """Let the limit itself be exclusive, as since draft 6. In draft 4, the keyword is true or false."""
    if schema.pop(exclusive, False) is True and limit in schema:
        schema[exclusive] = schema.pop(limit)


_SITE = "json-schema.org"
DRAFT_4 = Draft(
    "draft-04",
    f"http://{_SITE}/draft-04/schema",
    Draft4Validator,
    _SINCE_6,
    _FORMATS_SINCE_6 | _OTHER_FORMATS,
    identifier="id",
    is_alone=True,
)
DRAFT_6 = Draft(
    "draft-06",
    f"http://{_SITE}/draft-06/schema",
    Draft6Validator,
    _SINCE_7,
    _FORMATS_SINCE_7 | _OTHER_FORMATS,
    is_alone=True,
)
DRAFT_7 = Draft(
    "draft-07", f"http://{_SITE}/draft-07/schema", Draft7Validator, _SINCE_2019, _FORMATS_SINCE_2019, is_alone=True
)
DRAFT_2019_09 = Draft(
    "2019-09",
    f"https://{_SITE}/draft/2019-09/schema",
    Draft201909Validator,
    _SINCE_2020,
    references={**_ONLY_REF, "$recursiveRef": "$dynamicRef"},
)
DRAFT_2020_12 = Draft(
    "2020-12",
    f"https://{_SITE}/draft/2020-12/schema",
    Draft202012Validator,
    references={**_ONLY_REF, "$dynamicRef": "$dynamicRef"},
)
DRAFTS = (DRAFT_4, DRAFT_6, DRAFT_7, DRAFT_2019_09, DRAFT_2020_12)


def find_draft(uri: Any) -> Draft | None:
    """Return the draft with this `$schema`, with or without an empty fragment, by http or https; None if unknown."""
    if not isinstance(uri, str):
        return None
    _, separator, place = uri.removesuffix("#").partition("://")
    return next((draft for draft in DRAFTS if separator and draft.uri.partition("://")[2] == place), None)
