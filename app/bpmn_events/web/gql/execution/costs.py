"""The cost of an operation: the number of values in its largest response, fields times the sizes of their lists."""

from abc import ABC, abstractmethod
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
from bpmn_events.web.gql.execution.limits import INTROSPECTION_FIELDS
from bpmn_events.web.gql.schema.mutations import MAX_INPUTS

_UNSIZED_LIST = 10  # a typical length of lists without a size argument, such as nextWaitingEvents
_SIZED_BY_PARENT = frozenset({"edges", "nodes", "results"})

Variables = Mapping[str, Any]


def operation_cost(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: Variables | None = None,
) -> int:
    """Return the cost of a valid operation; without ``variables``, the cost for their largest values."""
    if variables is not None:
        variables = {**_defaults(operation), **variables}
    root_type = schema.get_root_type(operation.operation)
    return int(_ResponseCosts(schema, fragments, variables).cost(operation.selection_set, root_type))


def _defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    return {
        definition.variable.name.value: value_from_ast_untyped(definition.default_value)
        for definition in operation.variable_definitions or ()
        if definition.default_value is not None
    }


class CostCalculator(ABC):
    """Calculates the cost of selections in a valid document. Each fragment is visited once."""

    def __init__(self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._schema = schema
        self._fragments = fragments
        self._fragment_costs: dict[str, float] = {}

    def cost(self, selection_set: SelectionSetNode | None, parent: GraphQLNamedType | None) -> float:
        """Return the cost of a selection from an object of the type."""
        return sum(self._selection_cost(node, parent) for node in selection_set.selections) if selection_set else 0

    def field_cost(self, node: FieldNode, parent: GraphQLNamedType | None) -> float:
        """Return the cost of a field of the type, with what is selected in it."""
        if node.selection_set is None or not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
            return 1
        field = self._schema.get_field(parent, node.name.value)
        if field is None:
            return 1
        inner = self.cost(node.selection_set, get_named_type(field.type))
        return 1 + self.list_size(node, parent, field) * inner

    @abstractmethod
    def list_size(self, node: FieldNode, parent: GraphQLNamedType, field: GraphQLField) -> float:
        """Return the number of values of the field; 1 if it is no list."""

    def _selection_cost(self, node: SelectionNode, parent: GraphQLNamedType | None) -> float:
        match node:
            case FieldNode():
                return self.field_cost(node, parent)
            case InlineFragmentNode():
                condition = node.type_condition
                return self.cost(
                    node.selection_set, self._schema.get_type(condition.name.value) if condition else parent
                )
            case FragmentSpreadNode():
                return self._fragment_cost(node.name.value)
            case _:
                return 0

    def _fragment_cost(self, name: str) -> float:
        if name not in self._fragment_costs:
            fragment = self._fragments[name]
            self._fragment_costs[name] = self.cost(
                fragment.selection_set, self._schema.get_type(fragment.type_condition.name.value)
            )
        return self._fragment_costs[name]


class _ResponseCosts(CostCalculator):
    """Calculates the cost of the response apart from introspection."""

    def __init__(
        self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], variables: Variables | None
    ) -> None:
        super().__init__(schema, fragments)
        self._variables = variables

    def field_cost(self, node: FieldNode, parent: GraphQLNamedType | None) -> float:
        return 1 if node.name.value in INTROSPECTION_FIELDS else super().field_cost(node, parent)

    def list_size(self, node: FieldNode, _parent: GraphQLNamedType, field: GraphQLField) -> int:
        arguments = {argument.name.value: argument.value for argument in node.arguments or ()}
        if "first" in field.args:
            sizes = [self._page_size(arguments[name]) for name in ("first", "last") if name in arguments]
            return max(sizes, default=DEFAULT_PAGE)
        if "inputs" in arguments:
            return self._input_count(arguments["inputs"])
        is_list = is_list_type(get_nullable_type(field.type)) and not is_leaf_type(get_named_type(field.type))
        return _UNSIZED_LIST if is_list and node.name.value not in _SIZED_BY_PARENT else 1

    def _page_size(self, value: ValueNode) -> int:
        if isinstance(value, VariableNode):
            if self._variables is None:
                return MAX_PAGE
            size = self._variables.get(value.name.value)
        else:
            size = int(value.value) if isinstance(value, IntValueNode) else None
        return min(max(size, 1), MAX_PAGE) if isinstance(size, int) else DEFAULT_PAGE

    def _input_count(self, value: ValueNode) -> int:
        if isinstance(value, ListValueNode):
            return len(value.values)
        if isinstance(value, VariableNode) and self._variables is not None:
            inputs = self._variables.get(value.name.value)
            return len(inputs) if isinstance(inputs, list) else 1
        return MAX_INPUTS if isinstance(value, VariableNode) else 1
