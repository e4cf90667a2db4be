"""Introspection: the limit on its response, which graphql-core makes in one piece, and its refusal.

The lists of the schema are known, so the size of a response is known before the operation runs.
"""

from collections.abc import Iterable, Iterator, Mapping, Sized
from typing import Any

from graphql import (
    ASTValidationRule,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_introspection_query,
    is_abstract_type,
    is_introspection_type,
    parse,
)

from bpmn_events.web.gql.execution.costs import CostCalculator
from bpmn_events.web.gql.execution.limits import INTROSPECTION_FIELDS

INTROSPECTION_OFF = "This server does not answer introspection: use the schema that its operator publishes."

_STANDARD_QUERY = get_introspection_query(
    specified_by_url=True,
    directive_is_repeatable=True,
    schema_description=True,
    input_value_deprecation=True,
    one_of=True,
)
# The share of types that wrap another one, as ``[Int!]`` and ``Int!`` do. Most are not wrapped, or once.
_WRAPPED = 0.5
# The largest introspection, as a multiple of the standard query of tools. It runs in a thread.
_MAX_STANDARD_QUERIES = 2
# The part of the standard query that an operation may select beside fields that are resolved in the event loop.
_BESIDE_OTHER_FIELDS = 4


class NoIntrospectionRule(ASTValidationRule):
    """Refuses the fields with which a document introspects the schema."""

    def enter_field(self, node: FieldNode, *_args: Any) -> None:
        if node.name.value in INTROSPECTION_FIELDS:
            self.report_error(GraphQLError(INTROSPECTION_OFF, node))


def only_introspects(operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> bool:
    """Return True if an operation in a valid document selects introspection fields, and nothing from the processes."""
    names = set(_root_names(operation.selection_set, fragments))
    return not names.isdisjoint(INTROSPECTION_FIELDS) and names <= {*INTROSPECTION_FIELDS, "__typename"}


def _root_names(selection_set: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]) -> Iterator[str]:
    """Yield the names of the fields of the root type, also those in fragments."""
    for node in selection_set.selections:
        match node:
            case FieldNode():
                yield node.name.value
            case InlineFragmentNode():
                yield from _root_names(node.selection_set, fragments)
            case FragmentSpreadNode():
                yield from _root_names(fragments[node.name.value].selection_set, fragments)


class IntrospectionLimit:
    """The limit on what one operation introspects: twice as much as the standard query of tools.

    Beside other fields, it is a quarter of the standard query.
    """

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._list_sizes = _list_sizes(schema)
        self._standard = self._standard_cost()

    def error(
        self,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        *,
        has_large_response: bool,
    ) -> GraphQLError | None:
        """Return the error if an operation in a valid document introspects too much.

        Beside introspection fields, graphql-core executes all other fields as well, so their response must not be
        large.
        """
        cost = self._cost(operation, fragments)
        if cost > self._standard * _MAX_STANDARD_QUERIES:
            return GraphQLError("The operation introspects too much: select less of the schema.", operation)
        is_too_much = cost > self._standard / _BESIDE_OTHER_FIELDS or (cost > 0 and has_large_response)
        if is_too_much and not only_introspects(operation, fragments):
            message = "The operation introspects too much beside other fields: introspect in an operation of its own."
            return GraphQLError(message, operation)
        return None

    def _standard_cost(self) -> float:
        definitions = parse(_STANDARD_QUERY).definitions
        fragments = {node.name.value: node for node in definitions if isinstance(node, FragmentDefinitionNode)}
        operations = (node for node in definitions if isinstance(node, OperationDefinitionNode))
        return sum(self._cost(operation, fragments) for operation in operations)

    def _cost(self, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> float:
        calculator = _IntrospectionCosts(self._schema, fragments, self._list_sizes)
        return calculator.cost(operation.selection_set, self._schema.get_root_type(operation.operation))


class _IntrospectionCosts(CostCalculator):
    """Counts the values of introspection fields only."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        list_sizes: Mapping[tuple[str, str], float],
    ) -> None:
        super().__init__(schema, fragments)
        self._list_sizes = list_sizes

    def field_cost(self, node: FieldNode, parent: GraphQLNamedType | None) -> float:
        is_introspection = node.name.value in INTROSPECTION_FIELDS
        if not (is_introspection or (parent is not None and is_introspection_type(parent))):
            return 0
        return super().field_cost(node, parent)

    def list_size(self, node: FieldNode, parent: GraphQLNamedType, field: GraphQLField) -> float:
        return self._list_sizes.get((parent.name, node.name.value), 1)


def _list_sizes(schema: GraphQLSchema) -> dict[tuple[str, str], float]:
    """Return the average sizes of the lists of the schema, by introspection type and field."""
    types, directives = [*schema.type_map.values()], schema.directives
    with_fields = [each for each in types if isinstance(each, GraphQLObjectType | GraphQLInterfaceType)]
    fields = [field for each in with_fields for field in each.fields.values()]
    inputs = (each.fields for each in types if isinstance(each, GraphQLInputObjectType))
    enums = (each.values for each in types if isinstance(each, GraphQLEnumType))
    return {
        ("__Schema", "types"): len(types),
        ("__Schema", "directives"): len(directives),
        ("__Type", "fields"): len(fields) / len(types),
        ("__Type", "interfaces"): _average((each.interfaces for each in with_fields), types),
        ("__Type", "inputFields"): _average(inputs, types),
        ("__Type", "enumValues"): _average(enums, types),
        ("__Type", "possibleTypes"): _average(map(schema.get_possible_types, filter(is_abstract_type, types)), types),
        ("__Type", "ofType"): _WRAPPED,
        ("__Field", "args"): _average((field.args for field in fields), fields),
        ("__Directive", "args"): _average((each.args for each in directives), directives),
    }


def _average(members: Iterable[Sized], owners: Sized) -> float:
    return sum(map(len, members)) / max(len(owners), 1)
