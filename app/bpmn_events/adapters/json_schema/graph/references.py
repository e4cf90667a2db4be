"""References between subschemas, and the resources and anchors that they name.

See JSON Schema 2020-12, sections 8.2 and 9, and 2019-09, section 8.2.4.2.1, for `$recursiveRef`. Up to draft 7, an
identifier that is a fragment is an anchor, and one beside a reference is ignored.
"""

from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin

from bpmn_events.adapters.json_schema.graph.drafts import DRAFT_2020_12, Draft, find_draft
from bpmn_events.adapters.json_schema.graph.keywords import Schema, is_schema, subschemas

_RECURSIVE = "$recursiveRef"


class Resource(NamedTuple):
    """A schema resource: its URI, and the draft by which its schemas are read."""

    uri: str
    draft: Draft


class Target(NamedTuple):
    """A referenced schema, and the resource that contains it."""

    schema: Schema
    resource: Resource


class References:
    """The targets of the references in one schema document."""

    def __init__(self, root: Schema, draft: Draft = DRAFT_2020_12) -> None:
        self.has_dynamic = False
        self._resources: dict[str, Target] = {}
        self._anchors: dict[tuple[str, str], Schema] = {}
        self._dynamic_anchors: dict[tuple[str, str], Schema] = {}
        self._containing: dict[int, Resource] = {}
        self._places: dict[int, str] = {}
        uri = _enter(root, Resource("", draft)).uri
        self.root = Target(root, Resource(uri, draft))
        self._resources[uri] = self.root
        self._index()

    def resource_of(self, schema: Schema, default: Resource) -> Resource:
        """Return the resource that contains the schema; the default if it is not at a known place."""
        return self._containing.get(id(schema), default)

    def place_of(self, schema: Schema, default: str) -> str:
        """Return the JSON Pointer of the schema in the document, or the default if it is not at a known place."""
        return self._places.get(id(schema), default) if isinstance(schema, dict) else default

    def resolve(self, keyword: str, reference: str, resource: Resource, scope: tuple[str, ...]) -> Target | None:
        """Return the target of a reference in a resource; None if it leads outside of the document, or to nothing.

        Args:
            keyword: `$ref`, `$dynamicRef` or `$recursiveRef`.
            reference: The value of the keyword.
            resource: The resource that contains the reference.
            scope: The URIs of the resources through which the evaluation has come, the outermost first.
        """
        uri, _, fragment = reference.partition("#")
        uri = _join(resource.uri, uri) if uri else resource.uri
        fragment = unquote(fragment)
        if keyword == _RECURSIVE:
            return self._resources.get(self._outermost(uri, scope))
        if keyword == "$dynamicRef" and (uri, fragment) in self._dynamic_anchors:
            uri = next((each for each in scope if (each, fragment) in self._dynamic_anchors), uri)
        return self._find(uri, fragment) if uri in self._resources else None

    def _outermost(self, uri: str, scope: tuple[str, ...]) -> str:
        """Return the outermost resource that a recursive reference to this one leads to."""
        if not self._is_recursive(uri):
            return uri
        return next((each for each in scope if self._is_recursive(each)), uri)

    def _is_recursive(self, uri: str) -> bool:
        schema = self._resources[uri].schema if uri in self._resources else None
        return isinstance(schema, dict) and schema.get("$recursiveAnchor") is True

    def _find(self, uri: str, fragment: str) -> Target | None:
        resource = self._resources[uri]
        if not fragment or fragment.startswith("/"):
            return self._follow(resource, fragment)
        schema = self._anchors.get((uri, fragment))
        return None if schema is None else Target(schema, self.resource_of(schema, resource.resource))

    def _follow(self, start: Target, fragment: str) -> Target | None:
        """Return the target of a JSON Pointer (RFC 6901); None if it leads to nothing."""
        value: Any = start.schema
        resource = start.resource
        for token in fragment.split("/")[1:]:
            value = _member(value, token.replace("~1", "/").replace("~0", "~"))
            if value is None:
                return None
            if isinstance(value, dict):
                resource = self._containing.get(id(value)) or _enter(value, resource)
        return Target(value, resource) if is_schema(value) else None

    def _index(self) -> None:
        pending = [(self.root, "")]
        while pending:
            target, place = pending.pop()
            self._containing[id(target.schema)] = target.resource
            self._places[id(target.schema)] = place
            self._index_names(target)
            pending += (
                (self._enter(each.schema, target.resource), each.place_in(place))
                for each in subschemas(target.schema, target.resource.draft, with_definitions=True)
                if isinstance(each.schema, dict)
            )

    def _enter(self, schema: Schema, outer: Resource) -> Target:
        inner = Target(schema, _enter(schema, outer))
        if inner.resource != outer:
            self._resources[inner.resource.uri] = inner
        return inner

    def _index_names(self, target: Target) -> None:
        if not isinstance(target.schema, dict):
            return
        (uri, draft), schema = target.resource, target.schema
        read = draft.read(schema)
        self.has_dynamic = self.has_dynamic or any(
            keyword != "$ref" and keyword in read for keyword in draft.references
        )
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(name := read.get(keyword), str):
                self._anchors[uri, name] = schema
                if keyword == "$dynamicAnchor":
                    self._dynamic_anchors[uri, name] = schema
        if draft.is_alone and isinstance(identifier := read.get(draft.identifier), str):
            name = identifier.partition("#")[2]
            if name:
                self._anchors[uri, name] = schema


def _enter(schema: Schema, outer: Resource) -> Resource:
    """Return the resource that the schema begins with its identifier, or the outer resource."""
    if not isinstance(schema, dict):
        return outer
    draft = find_draft(schema.get("$schema")) or outer.draft
    identifier = draft.read(schema).get(draft.identifier)
    if not isinstance(identifier, str):
        return outer
    uri = identifier.partition("#")[0] if draft.is_alone else identifier.rstrip("#")
    return Resource(_join(outer.uri, uri), draft) if uri else outer


def _join(base: str, reference: str) -> str:
    return urljoin(base, reference) if reference else base


def _member(value: Any, token: str) -> Any:
    if isinstance(value, dict):
        return value.get(token)
    if isinstance(value, list) and token.isdecimal() and int(token) < len(value):
        return value[int(token)]
    return None
