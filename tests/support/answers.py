"""Whether the data of an answer is what the operation asked for, as the exported schema promises it."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_enum_type,
    is_list_type,
    is_non_null_type,
)

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_SCALARS: dict[str, Callable[[Any], bool]] = {
    "Int": lambda value: type(value) is int,
    "Float": lambda value: type(value) in (int, float),
    "String": lambda value: type(value) is str,
    "Boolean": lambda value: type(value) is bool,
    "ID": lambda value: type(value) is str,
    "DateTime": lambda value: type(value) is str and _RFC3339.fullmatch(value) is not None,
    "JSON": lambda value: True,
}


def faults(schema: GraphQLSchema, document: DocumentNode, data: Any) -> list[str]:
    """Every place where the data of a document with one operation is not as promised."""
    (operation,) = (node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    root = schema.get_root_type(operation.operation)
    assert root is not None
    return list(_Check(schema, fragments).object(root, [operation.selection_set], data, operation.operation.value))


class _Check:
    def __init__(self, schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._schema = schema
        self._fragments = fragments

    def object(self, kind: GraphQLObjectType, sets: list[SelectionSetNode], data: Any, path: str) -> Iterator[str]:
        if not isinstance(data, dict):
            yield f"{path}: no object"
            return
        wanted: dict[str, list[FieldNode]] = {}
        for selection_set in sets:
            self._collect(kind, selection_set, wanted)
        if data.keys() != wanted.keys():
            yield f"{path}: has {sorted(data)} instead of {sorted(wanted)}"
            return
        for key, nodes in wanted.items():
            name = nodes[0].name.value
            if name == "__typename":
                if data[key] != kind.name:
                    yield f"{path}.{key}: {data[key]!r} is not {kind.name}"
                continue
            inner = [node.selection_set for node in nodes if node.selection_set]
            yield from self._value(kind.fields[name].type, inner, data[key], f"{path}.{key}")

    def _collect(self, kind: GraphQLObjectType, selections: SelectionSetNode, into: dict[str, list[FieldNode]]) -> None:
        for node in selections.selections:
            if isinstance(node, FieldNode):
                into.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
                continue
            if isinstance(node, FragmentSpreadNode):
                fragment: FragmentDefinitionNode | InlineFragmentNode = self._fragments[node.name.value]
            else:
                assert isinstance(node, InlineFragmentNode)
                fragment = node
            if self._applies(fragment, kind):
                self._collect(kind, fragment.selection_set, into)

    def _applies(self, fragment: FragmentDefinitionNode | InlineFragmentNode, kind: GraphQLObjectType) -> bool:
        if fragment.type_condition is None:
            return True
        condition = self._schema.get_type(fragment.type_condition.name.value)
        assert condition is not None
        return condition is kind or (is_abstract_type(condition) and self._schema.is_sub_type(condition, kind))

    def _value(self, kind: GraphQLOutputType, inner: list[SelectionSetNode], value: Any, path: str) -> Iterator[str]:
        if is_non_null_type(kind):
            if value is None:
                yield f"{path}: null, which {kind} does not allow"
                return
            kind = kind.of_type
        if value is None:
            return
        if is_list_type(kind):
            if not isinstance(value, list):
                yield f"{path}: no list"
                return
            for index, item in enumerate(value):
                yield from self._value(kind.of_type, inner, item, f"{path}[{index}]")
        elif is_composite_type(kind):
            yield from self._composite(get_named_type(kind), inner, value, path)
        elif is_enum_type(kind):
            if value not in kind.values:
                yield f"{path}: {value!r} is no {kind}"
        elif not _SCALARS[str(kind)](value):
            yield f"{path}: {value!r} is no {kind}"

    def _composite(self, kind: GraphQLNamedType, inner: list[SelectionSetNode], value: Any, path: str) -> Iterator[str]:
        """An object whose type is not certain must say it: every document here selects ``__typename`` there."""
        if isinstance(kind, GraphQLObjectType):
            yield from self.object(kind, inner, value, path)
            return
        named = value.get("__typename") if isinstance(value, dict) else None
        actual = self._schema.get_type(named) if isinstance(named, str) else None
        if not isinstance(actual, GraphQLObjectType) or not is_abstract_type(kind):
            yield f"{path}: does not say which {kind} it is"
        elif not self._schema.is_sub_type(kind, actual):
            yield f"{path}: {named} is no {kind}"
        else:
            yield from self.object(actual, inner, value, path)
