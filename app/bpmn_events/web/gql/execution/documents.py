"""Parsed and validated documents. Clients send the same few over and over, so the last ones used are kept."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    Visitor,
    parse,
    specified_rules,
    validate,
    visit,
)

from bpmn_events.compiler import Plan, compile_operation
from bpmn_events.domain.principal import Principal
from bpmn_events.web.gql.execution.costs import operation_cost
from bpmn_events.web.gql.execution.limits import GraphQLLimits, limits_rule
from bpmn_events.web.gql.execution.preflight import Preflight, plan_preflight, preflight_errors

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"

_CHARACTERS_PER_COMPILED_FIELD = 16  # measured: 1.6 kB of code, and 100 bytes of nodes a character


@dataclass(slots=True)
class Operation:
    """One operation of a document.

    ``max_cost`` is its cost with the largest pages its variables can ask for; ``plan`` what it was compiled to.
    """

    node: OperationDefinitionNode
    max_cost: int
    preflight: Preflight
    uses: int = 0
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document. ``fields`` holds the names of all fields in it."""

    text: str
    node: DocumentNode
    operations: Mapping[str, Operation]
    fragments: Mapping[str, FragmentDefinitionNode]
    fields: frozenset[str]

    @property
    def size(self) -> int:
        """What it takes to keep, in characters of text."""
        plans = (operation.plan for operation in self.operations.values())
        return len(self.text) + sum(_CHARACTERS_PER_COMPILED_FIELD * plan.size for plan in plans if plan)

    def operation(self, name: str | None) -> Operation:
        """Raises ``GraphQLError`` unless the name, or its absence, picks exactly one operation."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is None:
            raise _refused("Give an operationName: the document has several operations, or none.")
        if name not in self.operations:
            raise _refused(f"The document has no operation {name!r}.")
        return self.operations[name]


class InvalidDocument(Exception):
    """The text is no GraphQL document, or none for this schema and within its limits."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors)
        self.errors = errors


class Documents:
    """Shared by all operations."""

    def __init__(self, schema: GraphQLSchema, limits: GraphQLLimits, compile_at_use: int | None = None) -> None:
        self._schema = schema
        self._limits = limits
        self._compile_at_use = compile_at_use
        self._largest = limits.cached_characters // 8
        self._limits_rule = limits_rule(limits)
        self._kept: OrderedDict[str, Document] = OrderedDict()
        self._kept_characters = 0

    def get(self, text: str) -> Document:
        """Raises ``InvalidDocument``."""
        document = self._kept.get(text)
        if document is None:
            document = self._read(text)
            self._keep(document)
        else:
            self._kept.move_to_end(text)
        return document

    def check_cost(self, document: Document, operation: Operation, variables: Mapping[str, Any]) -> None:
        """Raises ``GraphQLError`` for an operation whose answer may hold too many values."""
        if operation.max_cost <= self._limits.max_cost:
            return
        cost = operation_cost(self._schema, operation.node, document.fragments, variables)
        if cost > self._limits.max_cost:
            raise _refused(
                f"The answer may hold {cost} values; at most {self._limits.max_cost} are accepted. "
                "Ask for smaller pages, or for less in each."
            )

    def preflight_errors(
        self, document: Document, operation: Operation, variables: Mapping[str, Any], principal: Principal | None
    ) -> Sequence[GraphQLError]:
        """Why the answer to a mutation would be refused to the caller once it is done; empty where it would not.

        Without a caller nothing is done, and the mutation says so as data.
        """
        if principal is None or operation.preflight.allows(principal):
            return ()
        return preflight_errors(self._schema, operation.node, document.fragments, variables, principal)

    def plan(self, document: Document, operation: Operation) -> Plan | None:
        """The compiled operation, from a certain use of it on: what nobody repeats is not worth compiling."""
        operation.uses += 1
        if operation.uses == self._compile_at_use:
            self._compile(document, operation)
        return operation.plan

    def _compile(self, document: Document, operation: Operation) -> None:
        """A plan that would push out most of the documents is not kept."""
        name = operation.node.name
        plan = compile_operation(self._schema, document.node, name.value if name else None)
        if plan and document.size + _CHARACTERS_PER_COMPILED_FIELD * plan.size <= self._largest:
            self._forget(document)
            operation.plan = plan
            self._keep(document)

    def _keep(self, document: Document) -> None:
        """A document that would push out most of the others is not kept."""
        if document.size > self._largest:
            return
        self._kept[document.text] = document
        self._kept_characters += document.size
        while self._kept_characters > self._limits.cached_characters:
            self._forget(next(iter(self._kept.values())))

    def _forget(self, document: Document) -> None:
        if self._kept.pop(document.text, None) is not None:
            self._kept_characters -= document.size

    def _read(self, text: str) -> Document:
        try:
            node = parse(text, max_lexical_tokens=self._limits.max_tokens, max_comments=self._limits.max_tokens)
        except GraphQLError as error:
            raise InvalidDocument([_coded(error, PARSE_FAILED)]) from None
        # The limits first: what is too large for them is too large for the other rules, too.
        errors = validate(self._schema, node, [self._limits_rule]) or validate(self._schema, node, specified_rules)
        if errors:
            raise InvalidDocument([_coded(error, VALIDATION_FAILED) for error in errors])
        return self._describe(text, node)

    def _describe(self, text: str, node: DocumentNode) -> Document:
        fragments = {each.name.value: each for each in node.definitions if isinstance(each, FragmentDefinitionNode)}
        operations = {
            each.name.value if each.name else "": self._operation(each, fragments)
            for each in node.definitions
            if isinstance(each, OperationDefinitionNode)
        }
        names = _FieldNames()
        visit(node, names)
        return Document(text, node, operations, fragments, frozenset(names.found))

    def _operation(self, node: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> Operation:
        return Operation(
            node, operation_cost(self._schema, node, fragments), plan_preflight(self._schema, node, fragments)
        )


class _FieldNames(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def enter_field(self, node: FieldNode, *_args: Any) -> None:
        self.found.add(node.name.value)


def _refused(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": VALIDATION_FAILED})


def _coded(error: GraphQLError, code: str) -> GraphQLError:
    error.extensions = {**(error.extensions or {}), "code": code}
    return error
