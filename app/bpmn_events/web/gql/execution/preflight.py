"""What the answer to a mutation demands besides the mutation itself: checked before anything is done.

A field of the answer that refuses takes the whole answer with it where it cannot be null, and by then the mutation has
done its work. Which fields may refuse is declared with them; whether they would is known from the caller and the
arguments alone.
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
from bpmn_events.web.gql.data.arguments import forward_page
from bpmn_events.web.gql.execution.errors import BAD_USER_INPUT
from bpmn_events.web.gql.schema.fields import FieldPolicy, policy_of

_MAX_ERRORS = 20

Fragments: TypeAlias = Mapping[str, FragmentDefinitionNode]
Included: TypeAlias = Callable[[SelectionNode], bool]
May: TypeAlias = Callable[[Permission], bool]


@dataclass(frozen=True, slots=True)
class Preflight:
    """The permissions that any of the fields may need, and whether some pick a page of a list."""

    permissions: frozenset[str] = frozenset()
    has_pages: bool = False

    def allows(self, principal: Principal) -> bool:
        """Whether no field can refuse."""
        return not self.has_pages and self.permissions <= principal.permissions


@dataclass(frozen=True, slots=True)
class _GuardedField:
    path: tuple[str, ...]
    node: FieldNode
    parent: GraphQLNamedType
    field: GraphQLField
    policy: FieldPolicy


def plan_preflight(schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Fragments) -> Preflight:
    """What an operation of a valid document may demand; nothing where it is no mutation."""
    if operation.operation is not OperationType.MUTATION:
        return Preflight()
    found = list(_Answer(schema, fragments, lambda _: True, lambda _: True).of(operation))
    return Preflight(
        frozenset(each.policy.permission for each in found if each.policy.permission is not None),
        any(each.policy.list_name is not None and each.node.arguments for each in found),
    )


def preflight_errors(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Fragments,
    variables: Mapping[str, Any],
    principal: Principal,
) -> Sequence[GraphQLError]:
    """Why fields of the answer would refuse, the first reasons at least.

    What belongs to a mutation that the caller may not execute is left to it: it does nothing, and says so as data.
    """
    values = get_variable_values(schema, operation.variable_definitions or (), dict(variables))
    if not isinstance(values, VariableValues):
        return ()  # nor can it be executed
    answer = _Answer(schema, fragments, lambda node: _is_included(node, values), principal.may)
    refusals: dict[tuple[str, ...], GraphQLError] = {}
    try:
        for guarded in answer.of(operation):
            refusal = _refusal(guarded, values, principal)
            if refusal is not None:
                refusals.setdefault(guarded.path, refusal)
            if len(refusals) == _MAX_ERRORS:
                break
    except GraphQLError as error:
        return [error]  # a variable is null that must not be
    return list(refusals.values())


class _Answer:
    """Looks at every fragment once, however often it is spread."""

    def __init__(self, schema: GraphQLSchema, fragments: Fragments, included: Included, may: May) -> None:
        self._schema = schema
        self._fragments = fragments
        self._included = included
        self._may = may
        self._seen: set[str] = set()

    def of(self, operation: OperationDefinitionNode) -> Iterator[_GuardedField]:
        return self._selections(operation.selection_set, self._schema.mutation_type, ())

    def _selections(
        self, selection_set: SelectionSetNode | None, parent: GraphQLNamedType | None, path: tuple[str, ...]
    ) -> Iterator[_GuardedField]:
        for node in selection_set.selections if selection_set else ():
            if self._included(node):
                yield from self._selection(node, parent, path)

    def _selection(
        self, node: SelectionNode, parent: GraphQLNamedType | None, path: tuple[str, ...]
    ) -> Iterator[_GuardedField]:
        match node:
            case FieldNode():
                yield from self._field(node, parent, path)
            case InlineFragmentNode():
                condition = node.type_condition
                within = self._schema.get_type(condition.name.value) if condition else parent
                yield from self._selections(node.selection_set, within, path)
            case FragmentSpreadNode() if node.name.value not in self._seen:
                self._seen.add(node.name.value)
                fragment = self._fragments[node.name.value]
                within = self._schema.get_type(fragment.type_condition.name.value)
                yield from self._selections(fragment.selection_set, within, path)

    def _field(
        self, node: FieldNode, parent: GraphQLNamedType | None, path: tuple[str, ...]
    ) -> Iterator[_GuardedField]:
        fields = parent.fields if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else {}
        field = fields.get(node.name.value)
        if parent is None or field is None:
            return  # __typename
        policy, here = policy_of(field), (*path, (node.alias or node.name).value)
        if parent is self._schema.mutation_type:
            if policy.permission is not None and not self._may(policy.permission):
                return
        elif policy.permission is not None or policy.list_name is not None:
            yield _GuardedField(here, node, parent, field, policy)
        yield from self._selections(node.selection_set, get_named_type(field.type), here)


def _is_included(node: SelectionNode, values: VariableValues) -> bool:
    skip = get_directive_values(GraphQLSkipDirective, node, values)
    include = get_directive_values(GraphQLIncludeDirective, node, values)
    return not (skip and skip["if"]) and (include is None or include["if"])


def _refusal(guarded: _GuardedField, values: VariableValues, principal: Principal) -> GraphQLError | None:
    permission, list_name = guarded.policy.permission, guarded.policy.list_name
    if permission is not None and not principal.may(permission):
        extensions = {"code": Forbidden.code.value, "requiredPermission": permission.value}
        return _error(guarded, f"{Forbidden(permission).message[:-1]}, which this field needs.", extensions)
    if list_name is not None and guarded.node.arguments:
        arguments = get_argument_values(guarded.field, guarded.node, values)
        try:
            forward_page(list_name, arguments.get("first"), arguments.get("after"))
        except InvalidArgument as error:
            return _error(guarded, error.message, {"code": BAD_USER_INPUT})
    return None


def _error(guarded: _GuardedField, reason: str, extensions: dict[str, Any]) -> GraphQLError:
    """Without a ``path``, which is for what was executed; the field is named in words and in the extensions."""
    field = f"{guarded.parent.name}.{guarded.node.name.value}"
    where = ".".join(guarded.path)
    return GraphQLError(
        f"Nothing was done, because {where} cannot be answered. {reason}",
        guarded.node,
        extensions={**extensions, "field": field, "answerPath": where},
    )
