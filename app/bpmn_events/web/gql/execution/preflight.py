"""Preflight checks: the fields that a mutation's response selects are checked before the mutation changes anything.

An error in a non-null field discards the whole response, at a point where the mutation is already committed. Fields
that can fail in this way declare a policy. Only the caller and the arguments determine whether they fail.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    VariableValues,
    get_argument_values,
    get_directive_values,
    get_named_type,
    get_variable_values,
)

from bpmn_events.domain.errors import Forbidden, InvalidArgument
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.web.error_codes import BAD_USER_INPUT
from bpmn_events.web.gql.data.arguments import forward_page_request
from bpmn_events.web.gql.schema.fields import FieldPolicy, field_policy

_MAX_ERRORS = 20

Fragments: TypeAlias = Mapping[str, FragmentDefinitionNode]
IsIncluded: TypeAlias = Callable[[SelectionNode], bool]
HasPermission: TypeAlias = Callable[[Permission], bool]


@dataclass(frozen=True, slots=True)
class Preflight:
    """The requirements of an operation's guarded fields.

    Attributes:
        permissions: All permissions that the fields need.
        has_pages: True if a field takes arguments that select a page of a list.
    """

    permissions: frozenset[str] = frozenset()
    has_pages: bool = False

    def allows(self, principal: Principal) -> bool:
        """Return True if no guarded field can fail for this caller, with any variables."""
        return not self.has_pages and self.permissions <= principal.permissions


@dataclass(frozen=True, slots=True)
class _GuardedField:
    path: tuple[str, ...]
    node: FieldNode
    parent: GraphQLNamedType
    field: GraphQLField
    policy: FieldPolicy


def plan_preflight(schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Fragments) -> Preflight:
    """Return the requirements of an operation in a valid document; there are none unless it is a mutation."""
    if operation.operation is not OperationType.MUTATION:
        return Preflight()
    guarded_fields = list(_GuardedFieldCollector(schema, fragments, lambda _: True, lambda _: True).collect(operation))
    return Preflight(
        frozenset(guarded.policy.permission for guarded in guarded_fields if guarded.policy.permission is not None),
        any(guarded.policy.list_name is not None and guarded.node.arguments for guarded in guarded_fields),
    )


def preflight_errors(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Fragments,
    variables: Mapping[str, Any],
    principal: Principal,
) -> Sequence[GraphQLError]:
    """Return the GraphQL errors that guarded fields of the response would have, at most 20.

    A mutation that the caller may not execute adds none: it changes nothing and returns a typed error.
    """
    values = get_variable_values(schema, operation.variable_definitions or (), dict(variables), max_errors=1)
    if not isinstance(values, VariableValues):
        return ()  # execution fails with the same errors, before any mutation
    collector = _GuardedFieldCollector(schema, fragments, lambda node: _is_included(node, values), principal.may)
    errors: dict[tuple[str, ...], GraphQLError] = {}
    try:
        for guarded in collector.collect(operation):
            policy_error = _policy_error(guarded, values, principal)
            if policy_error is not None:
                errors.setdefault(guarded.path, policy_error)
            if len(errors) == _MAX_ERRORS:
                break
    except GraphQLError as error:
        return [error]  # a variable is null where the schema requires a value
    return list(errors.values())


class _GuardedFieldCollector:
    """Collects the selected fields that have a policy. Each fragment is visited once, at its first spread."""

    def __init__(
        self, schema: GraphQLSchema, fragments: Fragments, is_included: IsIncluded, has_permission: HasPermission
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._is_included = is_included
        self._has_permission = has_permission
        self._visited_fragments: set[str] = set()

    def collect(self, operation: OperationDefinitionNode) -> Iterator[_GuardedField]:
        return self._collect_selection_set(operation.selection_set, self._schema.mutation_type, ())

    def _collect_selection_set(
        self, selection_set: SelectionSetNode | None, parent: GraphQLNamedType | None, path: tuple[str, ...]
    ) -> Iterator[_GuardedField]:
        for node in selection_set.selections if selection_set else ():
            if self._is_included(node):
                yield from self._collect_selection(node, parent, path)

    def _collect_selection(
        self, node: SelectionNode, parent: GraphQLNamedType | None, path: tuple[str, ...]
    ) -> Iterator[_GuardedField]:
        match node:
            case FieldNode():
                yield from self._collect_field(node, parent, path)
            case InlineFragmentNode():
                condition = node.type_condition
                graphql_type = self._schema.get_type(condition.name.value) if condition else parent
                yield from self._collect_selection_set(node.selection_set, graphql_type, path)
            case FragmentSpreadNode() if node.name.value not in self._visited_fragments:
                self._visited_fragments.add(node.name.value)
                fragment = self._fragments[node.name.value]
                graphql_type = self._schema.get_type(fragment.type_condition.name.value)
                yield from self._collect_selection_set(fragment.selection_set, graphql_type, path)

    def _collect_field(
        self, node: FieldNode, parent: GraphQLNamedType | None, parent_path: tuple[str, ...]
    ) -> Iterator[_GuardedField]:
        fields = parent.fields if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else {}
        field = fields.get(node.name.value)
        if parent is None or field is None:
            return  # __typename
        policy, path = field_policy(field), (*parent_path, (node.alias or node.name).value)
        if parent is self._schema.mutation_type:
            if policy.permission is not None and not self._has_permission(policy.permission):
                return
        elif policy.permission is not None or policy.list_name is not None:
            yield _GuardedField(path, node, parent, field, policy)
        yield from self._collect_selection_set(node.selection_set, get_named_type(field.type), path)


def _is_included(node: SelectionNode, values: VariableValues) -> bool:
    skip = get_directive_values(GraphQLSkipDirective, node, values)
    include = get_directive_values(GraphQLIncludeDirective, node, values)
    return not (skip and skip["if"]) and (include is None or include["if"])


def _policy_error(guarded: _GuardedField, values: VariableValues, principal: Principal) -> GraphQLError | None:
    permission, list_name = guarded.policy.permission, guarded.policy.list_name
    if permission is not None and not principal.may(permission):
        extensions = {"code": Forbidden.code.value, "requiredPermission": permission.value}
        return _error(guarded, f"{Forbidden(permission).message[:-1]}, which this field needs.", extensions)
    if list_name is not None and guarded.node.arguments:
        arguments = get_argument_values(guarded.field, guarded.node, values)
        try:
            forward_page_request(list_name, arguments.get("first"), arguments.get("after"))
        except InvalidArgument as error:
            return _error(guarded, error.message, {"code": BAD_USER_INPUT})
    return None


def _error(guarded: _GuardedField, reason: str, extensions: dict[str, Any]) -> GraphQLError:
    """Return the error. It has no ``path``, as a request error (GraphQL specification, section 7)."""
    field = f"{guarded.parent.name}.{guarded.node.name.value}"
    path = ".".join(guarded.path)
    return GraphQLError(
        f"Nothing was done, because {path} cannot be answered. {reason}",
        guarded.node,
        extensions={**extensions, "field": field, "answerPath": path},
    )
