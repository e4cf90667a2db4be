"""How many values the answer to an operation may hold: its fields times the sizes of the lists around them."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    value_from_ast_untyped,
)

from bpmn_events.domain.pages import DEFAULT_PAGE, MAX_PAGE
from bpmn_events.web.gql.schema.mutations import MAX_INPUTS

_OTHER_LIST = 10  # a typical length of lists that take no size, such as nextWaitingEvents
_SIZED_BY_PARENT = frozenset({"edges", "nodes", "results"})

Variables = Mapping[str, Any]


def operation_cost(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: Variables | None = None,
) -> int:
    """The cost of a valid operation; without ``variables`` for the largest values they may have."""
    if variables is not None:
        variables = {**_defaults(operation), **variables}
    root = schema.get_root_type(operation.operation)
    return _Costs(schema, fragments, variables).of(operation.selection_set, root)


def _defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    return {
        definition.variable.name.value: value_from_ast_untyped(definition.default_value)
        for definition in operation.variable_definitions or ()
        if definition.default_value is not None
    }


class _Costs:
    def __init__(
        self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], variables: Variables | None
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._variables = variables
        self._known: dict[str, int] = {}

    def of(self, selection_set: SelectionSetNode | None, parent: GraphQLNamedType | None) -> int:
        return sum(self._selection(node, parent) for node in selection_set.selections) if selection_set else 0

    def _selection(self, node: SelectionNode, parent: GraphQLNamedType | None) -> int:
        match node:
            case FieldNode():
                return self._field(node, parent)
            case InlineFragmentNode():
                condition = node.type_condition
                return self.of(node.selection_set, self._schema.get_type(condition.name.value) if condition else parent)
            case FragmentSpreadNode():
                return self._fragment(node.name.value)
            case _:
                return 0

    def _fragment(self, name: str) -> int:
        if name not in self._known:
            fragment = self._fragments[name]
            self._known[name] = self.of(
                fragment.selection_set, self._schema.get_type(fragment.type_condition.name.value)
            )
        return self._known[name]

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None) -> int:
        fields = parent.fields if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else {}
        field = fields.get(node.name.value)
        if field is None or node.selection_set is None:
            return 1
        return 1 + self._length(node, field) * self.of(node.selection_set, get_named_type(field.type))

    def _length(self, node: FieldNode, field: GraphQLField) -> int:
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        if "first" in field.args:
            sizes = [self._page(given[name]) for name in ("first", "last") if name in given]
            return max(sizes, default=DEFAULT_PAGE)
        if "inputs" in given:
            return self._inputs(given["inputs"])
        is_list = is_list_type(get_nullable_type(field.type)) and not is_leaf_type(get_named_type(field.type))
        return _OTHER_LIST if is_list and node.name.value not in _SIZED_BY_PARENT else 1

    def _page(self, value: ValueNode) -> int:
        if isinstance(value, VariableNode):
            if self._variables is None:
                return MAX_PAGE
            size = self._variables.get(value.name.value)
        else:
            size = int(value.value) if isinstance(value, IntValueNode) else None
        return min(max(size, 1), MAX_PAGE) if isinstance(size, int) else DEFAULT_PAGE

    def _inputs(self, value: ValueNode) -> int:
        if isinstance(value, ListValueNode):
            return len(value.values)
        if isinstance(value, VariableNode) and self._variables is not None:
            inputs = self._variables.get(value.name.value)
            return len(inputs) if isinstance(inputs, list) else 1
        return MAX_INPUTS if isinstance(value, VariableNode) else 1
