"""Parsing, validation and caching of documents. Clients repeat the same few, so the most recently used are cached."""

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

_CHARACTERS_PER_COMPILED_FIELD = 16  # measured: 1.6 kB of code a field, and 100 bytes of nodes a character


@dataclass(slots=True)
class Operation:
    """One operation of a document.

    Attributes:
        max_cost: Its cost with the largest pages that its variables can request.
        plan: The compiled operation; None until it is compiled.
    """

    node: OperationDefinitionNode
    max_cost: int
    preflight: Preflight
    uses: int = 0
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document.

    ``fields``: the names of all fields in it.
    """

    text: str
    node: DocumentNode
    operations: Mapping[str, Operation]
    fragments: Mapping[str, FragmentDefinitionNode]
    fields: frozenset[str]

    @property
    def size(self) -> int:
        """Its size in the cache, in characters of text; a compiled field counts as several characters."""
        plans = (operation.plan for operation in self.operations.values())
        return len(self.text) + sum(_CHARACTERS_PER_COMPILED_FIELD * plan.size for plan in plans if plan)

    def operation(self, name: str | None) -> Operation:
        """Return the operation of this name, or the only one if it is None. Raise GraphQLError if there is none."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is None:
            raise _validation_error("Give an operationName: the document has several operations, or none.")
        if name not in self.operations:
            raise _validation_error(f"The document has no operation {name!r}.")
        return self.operations[name]


class InvalidDocument(Exception):
    """The text is no GraphQL document, is invalid for this schema, or exceeds a limit."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors)
        self.errors = errors


class Documents:
    """A cache of documents, shared by all requests and bounded by their total size."""

    def __init__(self, schema: GraphQLSchema, limits: GraphQLLimits, compile_at_execution: int | None = None) -> None:
        self._schema = schema
        self._limits = limits
        self._compile_at_execution = compile_at_execution
        self._max_size = limits.cached_characters // 8  # a larger document would evict most of the others
        self._limits_rule = limits_rule(limits)
        self._cache: OrderedDict[str, Document] = OrderedDict()
        self._cached_characters = 0

    def get(self, text: str) -> Document:
        """Return the parsed and validated document.

        Raises:
            InvalidDocument: The text has syntax errors, is invalid for the schema, or exceeds a limit.
        """
        document = self._cache.get(text)
        if document is None:
            document = self._parse(text)
            self._store(document)
        else:
            self._cache.move_to_end(text)
        return document

    def check_cost(self, document: Document, operation: Operation, variables: Mapping[str, Any]) -> None:
        """Raise GraphQLError if the response, with these variables, could have more values than ``max_cost``."""
        if operation.max_cost <= self._limits.max_cost:
            return
        cost = operation_cost(self._schema, operation.node, document.fragments, variables)
        if cost > self._limits.max_cost:
            raise _validation_error(
                f"The answer may hold {cost} values; at most {self._limits.max_cost} are accepted. "
                "Ask for smaller pages, or for less in each."
            )

    def preflight_errors(
        self, document: Document, operation: Operation, variables: Mapping[str, Any], principal: Principal | None
    ) -> Sequence[GraphQLError]:
        """Return the GraphQL errors that the response of a mutation would have, or an empty sequence.

        Without an authenticated caller it is empty: the mutation changes nothing and returns a typed error.
        """
        if principal is None or operation.preflight.allows(principal):
            return ()
        return preflight_errors(self._schema, operation.node, document.fragments, variables, principal)

    def plan(self, document: Document, operation: Operation) -> Plan | None:
        """Return the compiled operation, or None before its ``compile_at_execution``-th execution.

        Compiling pays off only for operations that clients repeat.
        """
        operation.uses += 1
        if operation.uses == self._compile_at_execution:
            self._compile(document, operation)
        return operation.plan

    def _compile(self, document: Document, operation: Operation) -> None:
        name = operation.node.name
        plan = compile_operation(self._schema, document.node, name.value if name else None)
        if plan and document.size + _CHARACTERS_PER_COMPILED_FIELD * plan.size <= self._max_size:
            self._evict(document)  # its size is about to change
            operation.plan = plan
            self._store(document)

    def _store(self, document: Document) -> None:
        if document.size > self._max_size:
            return
        self._cache[document.text] = document
        self._cached_characters += document.size
        while self._cached_characters > self._limits.cached_characters:
            self._evict(next(iter(self._cache.values())))

    def _evict(self, document: Document) -> None:
        if self._cache.pop(document.text, None) is not None:
            self._cached_characters -= document.size

    def _parse(self, text: str) -> Document:
        try:
            node = parse(text, max_lexical_tokens=self._limits.max_tokens, max_comments=self._limits.max_tokens)
        except GraphQLError as error:
            raise InvalidDocument([_with_code(error, PARSE_FAILED)]) from None
        # The limits come first, because they bound the time that the other rules take.
        errors = validate(self._schema, node, [self._limits_rule]) or validate(self._schema, node, specified_rules)
        if errors:
            raise InvalidDocument([_with_code(error, VALIDATION_FAILED) for error in errors])
        return self._analyze(text, node)

    def _analyze(self, text: str, node: DocumentNode) -> Document:
        definitions = node.definitions
        fragments = {
            definition.name.value: definition
            for definition in definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        operations = {
            definition.name.value if definition.name else "": self._analyze_operation(definition, fragments)
            for definition in definitions
            if isinstance(definition, OperationDefinitionNode)
        }
        field_names = _FieldNames()
        visit(node, field_names)
        return Document(text, node, operations, fragments, frozenset(field_names.names))

    def _analyze_operation(
        self, node: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
    ) -> Operation:
        return Operation(
            node, operation_cost(self._schema, node, fragments), plan_preflight(self._schema, node, fragments)
        )


class _FieldNames(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_field(self, node: FieldNode, *_args: Any) -> None:
        self.names.add(node.name.value)


def _validation_error(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": VALIDATION_FAILED})


def _with_code(error: GraphQLError, code: str) -> GraphQLError:
    error.extensions = {**(error.extensions or {}), "code": code}
    return error
