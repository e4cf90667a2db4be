"""A check that the data of a response matches its document and the exported schema."""

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


def find_faults(schema: GraphQLSchema, document: DocumentNode, data: Any) -> list[str]:
    """Return a line for each fault, with its path, or an empty list. The document has one operation."""
    (operation,) = (node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    root = schema.get_root_type(operation.operation)
    assert root is not None
    return list(
        _ResponseCheck(schema, fragments).check_object(root, [operation.selection_set], data, operation.operation.value)
    )


class _ResponseCheck:
    def __init__(self, schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._schema = schema
        self._fragments = fragments

    def check_object(
        self, kind: GraphQLObjectType, selection_sets: list[SelectionSetNode], data: Any, path: str
    ) -> Iterator[str]:
        if not isinstance(data, dict):
            yield f"{path}: no object"
            return
        selected: dict[str, list[FieldNode]] = {}
        for selection_set in selection_sets:
            self._collect_fields(kind, selection_set, selected)
        if data.keys() != selected.keys():
            yield f"{path}: has {sorted(data)} instead of {sorted(selected)}"
            return
        for key, nodes in selected.items():
            name = nodes[0].name.value
            if name == "__typename":
                if data[key] != kind.name:
                    yield f"{path}.{key}: {data[key]!r} is not {kind.name}"
                continue
            nested_sets = [node.selection_set for node in nodes if node.selection_set]
            yield from self._check_value(kind.fields[name].type, nested_sets, data[key], f"{path}.{key}")

    def _collect_fields(
        self, kind: GraphQLObjectType, selection_set: SelectionSetNode, fields: dict[str, list[FieldNode]]
    ) -> None:
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                fields.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
                continue
            if isinstance(node, FragmentSpreadNode):
                fragment: FragmentDefinitionNode | InlineFragmentNode = self._fragments[node.name.value]
            else:
                assert isinstance(node, InlineFragmentNode)
                fragment = node
            if self._applies(fragment, kind):
                self._collect_fields(kind, fragment.selection_set, fields)

    def _applies(self, fragment: FragmentDefinitionNode | InlineFragmentNode, kind: GraphQLObjectType) -> bool:
        if fragment.type_condition is None:
            return True
        condition = self._schema.get_type(fragment.type_condition.name.value)
        assert condition is not None
        return condition is kind or (is_abstract_type(condition) and self._schema.is_sub_type(condition, kind))

    def _check_value(
        self, kind: GraphQLOutputType, selection_sets: list[SelectionSetNode], value: Any, path: str
    ) -> Iterator[str]:
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
                yield from self._check_value(kind.of_type, selection_sets, item, f"{path}[{index}]")
        elif is_composite_type(kind):
            yield from self._check_composite(get_named_type(kind), selection_sets, value, path)
        elif is_enum_type(kind):
            if value not in kind.values:
                yield f"{path}: {value!r} is no {kind}"
        elif not _SCALARS[str(kind)](value):
            yield f"{path}: {value!r} is no {kind}"

    def _check_composite(
        self, kind: GraphQLNamedType, selection_sets: list[SelectionSetNode], value: Any, path: str
    ) -> Iterator[str]:
        # The documents select ``__typename`` on every interface and union.
        if isinstance(kind, GraphQLObjectType):
            yield from self.check_object(kind, selection_sets, value, path)
            return
        typename = value.get("__typename") if isinstance(value, dict) else None
        actual = self._schema.get_type(typename) if isinstance(typename, str) else None
        if not isinstance(actual, GraphQLObjectType) or not is_abstract_type(kind):
            yield f"{path}: does not say which {kind} it is"
        elif not self._schema.is_sub_type(kind, actual):
            yield f"{path}: {typename} is no {kind}"
        else:
            yield from self.check_object(actual, selection_sets, value, path)
