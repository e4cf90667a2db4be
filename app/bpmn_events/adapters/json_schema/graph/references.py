"""References between subschemas: `$ref` and `$dynamicRef` with `$id`, `$anchor` and `$dynamicAnchor`.

See JSON Schema 2020-12, sections 8.2 and 9.
"""

from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin

from bpmn_events.adapters.json_schema.graph.keywords import Schema, is_schema, subschemas


class Target(NamedTuple):
    """A referenced schema, and the URI of the resource that contains it."""

    schema: Schema
    resource: str


class References:
    """The targets of the references in one schema document."""

    def __init__(self, root: Schema) -> None:
        self.has_dynamic = False
        self._resources: dict[str, Schema] = {}
        self._anchors: dict[tuple[str, str], Schema] = {}
        self._dynamic_anchors: dict[tuple[str, str], Schema] = {}
        self._containing: dict[int, str] = {}
        self._places: dict[int, str] = {}
        self.root = Target(root, _resource_of(root, ""))
        self._resources[self.root.resource] = root
        self._index()

    def resource_of(self, schema: Schema, default: str) -> str:
        """Return the URI of the resource that contains the schema; the default if it is not at a known place."""
        return self._containing.get(id(schema), default)

    def place_of(self, schema: Schema, default: str) -> str:
        """Return the JSON Pointer of the schema in the document, or the default if it is not at a known place."""
        return self._places.get(id(schema), default) if isinstance(schema, dict) else default

    def resolve(self, reference: str, resource: str, scope: tuple[str, ...], *, is_dynamic: bool) -> Target | None:
        """Return the target of a reference in a resource; None if it leads outside of the document, or to nothing.

        Args:
            reference: The value of `$ref` or `$dynamicRef`.
            resource: The URI of the resource that contains the reference.
            scope: The resources through which the evaluation has come, the outermost first.
            is_dynamic: True for `$dynamicRef`.
        """
        uri, _, fragment = reference.partition("#")
        uri = _join(resource, uri) if uri else resource
        fragment = unquote(fragment)
        if is_dynamic and (uri, fragment) in self._dynamic_anchors:
            uri = next((each for each in scope if (each, fragment) in self._dynamic_anchors), uri)
        return self._find(uri, fragment) if uri in self._resources else None

    def _find(self, uri: str, fragment: str) -> Target | None:
        if not fragment or fragment.startswith("/"):
            return _follow(Target(self._resources[uri], uri), fragment)
        schema = self._anchors.get((uri, fragment))
        return None if schema is None else Target(schema, uri)

    def _index(self) -> None:
        pending = [(self.root, "")]
        while pending:
            target, place = pending.pop()
            self._containing[id(target.schema)] = target.resource
            self._places[id(target.schema)] = place
            self._index_names(target)
            pending += (
                (Target(each.schema, self._enter(each.schema, target.resource)), each.place_in(place))
                for each in subschemas(target.schema, with_definitions=True)
                if isinstance(each.schema, dict)
            )

    def _enter(self, schema: Schema, resource: str) -> str:
        inner = _resource_of(schema, resource)
        if inner != resource:
            self._resources[inner] = schema
        return inner

    def _index_names(self, target: Target) -> None:
        if not isinstance(target.schema, dict):
            return
        self.has_dynamic = self.has_dynamic or "$dynamicRef" in target.schema
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(name := target.schema.get(keyword), str):
                self._anchors[target.resource, name] = target.schema
                if keyword == "$dynamicAnchor":
                    self._dynamic_anchors[target.resource, name] = target.schema


def _resource_of(schema: Schema, outer: str) -> str:
    """Return the URI of the resource that the schema begins with its `$id`, or the outer resource."""
    identifier = schema.get("$id") if isinstance(schema, dict) else None
    return _join(outer, identifier.rstrip("#")) if isinstance(identifier, str) else outer


def _join(base: str, reference: str) -> str:
    return urljoin(base, reference) if reference else base


def _follow(start: Target, fragment: str) -> Target | None:
    """Return the target of a JSON Pointer (RFC 6901); None if it leads to nothing."""
    value: Any = start.schema
    resource = start.resource
    for token in fragment.split("/")[1:]:
        value = _member(value, token.replace("~1", "/").replace("~0", "~"))
        if value is None:
            return None
        if isinstance(value, dict):
            resource = _resource_of(value, resource)
    return Target(value, resource) if is_schema(value) else None


def _member(value: Any, token: str) -> Any:
    if isinstance(value, dict):
        return value.get(token)
    if isinstance(value, list) and token.isdecimal() and int(token) < len(value):
        return value[int(token)]
    return None
