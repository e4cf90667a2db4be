"""Preparation of documents: parsing, limits, validation and analysis of a text, once for all its executions.

A large or hostile text takes up to some tenths of a second, so it is prepared in a thread. Therefore nothing here
changes anything that is shared.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)

from bpmn_events.compiler import Plan
from bpmn_events.compiler.graphql_core import limit_validation_work
from bpmn_events.web.gql.execution.costs import operation_cost
from bpmn_events.web.gql.execution.garbage import release_tokens, released_rules
from bpmn_events.web.gql.execution.introspection import IntrospectionLimit, NoIntrospectionRule, only_introspects
from bpmn_events.web.gql.execution.limits import GraphQLLimits, limits_rule
from bpmn_events.web.gql.execution.literals import literals_rule
from bpmn_events.web.gql.execution.preflight import Preflight, plan_preflight

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"

_CHARACTERS_PER_COMPILED_FIELD = 16  # measured: 1.6 kB of code a field, and 100 bytes of nodes a character
# graphql-core takes some tens of milliseconds for a response with so many values, in one piece.
LARGE_RESPONSE = 2_000
_MAX_LABEL = 100
_ABORTED = "Validation aborted."
_TOO_REPETITIVE = "The document is nested too deeply, or repeats fields or fragments too often. Validation aborted."


@dataclass(slots=True)
class Operation:
    """One operation of a document.

    Attributes:
        label: Its type with its name, or else with its first field, for logs: ``mutation TriggerPayment``.
        max_cost: Its cost with the largest pages that its variables can request.
        only_introspects: True if it selects nothing but introspection fields.
        plan: The compiled operation; None until it is compiled.
    """

    node: OperationDefinitionNode
    label: str
    max_cost: int
    preflight: Preflight
    only_introspects: bool = False
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
            raise validation_error("Give an operationName: the document has several operations, or none.")
        if name not in self.operations:
            raise validation_error(f"The document has no operation {name!r}.")
        return self.operations[name]


class InvalidDocument(Exception):
    """The text is no GraphQL document, is invalid for this schema, or exceeds a limit."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True, slots=True)
class DocumentOptions:
    """What documents may ask about the schema, and what errors tell about it."""

    introspection: bool = True
    suggestions: bool = True


DEFAULT_OPTIONS = DocumentOptions()


class DocumentPreparer:
    """Prepares documents against one schema."""

    def __init__(self, schema: GraphQLSchema, limits: GraphQLLimits, options: DocumentOptions) -> None:
        limit_validation_work()
        self._schema = schema
        self._limits = limits
        self._hide_suggestions = not options.suggestions
        self._first_rules = [limits_rule(limits), literals_rule(limits.max_list)]
        if not options.introspection:
            self._first_rules.append(NoIntrospectionRule)
        self._introspection_limit = IntrospectionLimit(schema)

    def prepare(self, text: str) -> Document:
        """Return the parsed and validated document.

        Raises:
            InvalidDocument: The text has syntax errors, is invalid for the schema, or exceeds a limit.
        """
        self._check_text(text)
        try:
            node = parse(text, max_lexical_tokens=self._limits.max_tokens, max_comments=self._limits.max_tokens)
        except GraphQLError as error:
            raise InvalidDocument([_with_code(error, PARSE_FAILED)]) from None
        # The limits come first, because they bound the time that the other rules take.
        errors = self._validate(node, self._first_rules) or self._validate(node, specified_rules)
        names = release_tokens(node)
        if errors:
            raise InvalidDocument(errors)
        return self._analyze(text, node, names)

    def _check_text(self, text: str) -> None:
        lines = 1 + text.count("\n") + text.count("\r") - text.count("\r\n")
        for actual, maximum, unit in (
            (len(text), self._limits.max_characters, "characters"),
            (lines, self._limits.max_lines, "lines"),
        ):
            if actual > maximum:
                message = f"The document has {actual} {unit}; at most {maximum} are accepted."
                raise InvalidDocument([validation_error(f"{message} Send long values as variables.")])

    def _validate(self, node: DocumentNode, rules: Collection[type[ASTValidationRule]]) -> list[GraphQLError]:
        with released_rules(rules) as released:
            errors = validate(
                self._schema, node, released, self._limits.max_errors - 1, hide_suggestions=self._hide_suggestions
            )
        return [_with_code(error, VALIDATION_FAILED) for error in map(_explain_abort, errors)]

    def _analyze(self, text: str, node: DocumentNode, field_names: frozenset[str]) -> Document:
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
        return Document(text, node, operations, fragments, field_names)

    def _analyze_operation(
        self, node: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
    ) -> Operation:
        max_cost = operation_cost(self._schema, node, fragments)
        error = self._introspection_limit.error(node, fragments, has_large_response=max_cost > LARGE_RESPONSE)
        if error is not None:
            raise InvalidDocument([_with_code(error, VALIDATION_FAILED)])
        return Operation(
            node,
            _label(node),
            max_cost,
            plan_preflight(self._schema, node, fragments),
            only_introspects(node, fragments),
        )


def _label(node: OperationDefinitionNode) -> str:
    first = node.selection_set.selections[0]
    name = node.name.value if node.name else f"{{{first.name.value}}}" if isinstance(first, FieldNode) else ""
    return f"{node.operation.value} {name[:_MAX_LABEL]}".rstrip()


def validation_error(message: str) -> GraphQLError:
    """Return the error for a document or an operation that exceeds a limit, or does not exist."""
    return GraphQLError(message, extensions={"code": VALIDATION_FAILED})


def _explain_abort(error: GraphQLError) -> GraphQLError:
    """Return the error with a reason if graphql-core gave up the validation without one."""
    return GraphQLError(_TOO_REPETITIVE) if error.message == _ABORTED else error


def _with_code(error: GraphQLError, code: str) -> GraphQLError:
    error.extensions = {**(error.extensions or {}), "code": code}
    return error
