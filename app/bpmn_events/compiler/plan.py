"""Plans: operations of valid documents, compiled against a schema."""

from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationType,
    VariableValues,
    get_operation_ast,
    validate_schema,
)

from bpmn_events.compiler.executor import PlanExecutor, Response, Select
from bpmn_events.compiler.graphql_core import FragmentDetails
from bpmn_events.compiler.program import Program
from bpmn_events.compiler.selections import Selections
from bpmn_events.compiler.shape import NotCompiled, Shape, shape_of
from bpmn_events.compiler.variables import Variables

_MAX_OUTCOMES = 16  # of @include and @skip: so many versions of a plan are kept, each with code of its own


@dataclass(frozen=True, slots=True)
class _Version:
    selections: Selections
    roots: list[Select]


class Plan:
    """One operation. It may be executed any number of times, also at the same time.

    ``size`` is the number of fields for which there may be code, in all versions; each takes some 1.6 kB. Of interfaces
    and unions there are more, by the types that turn up.
    """

    def __init__(self, program: Program, shape: Shape) -> None:
        self.size: int = shape.fields * min(_MAX_OUTCOMES, 2 ** len(shape.conditions))
        self._program = program
        self._conditions = shape.conditions
        self._variables = Variables(program.schema, program.operation.variable_definitions or ())
        self._versions: dict[tuple[Any, ...], _Version] = {}
        if not shape.conditions:
            self._versions[()] = self._compile(())

    def execute(
        self, root_value: Any = None, context_value: Any = None, variable_values: dict[str, Any] | None = None
    ) -> Response | None:
        """Execute as graphql-core's ``execute``; None where that has to do it, and then nothing was resolved yet."""
        variables = self._variables(variable_values or {})
        if not isinstance(variables, VariableValues):
            return ExecutionResult(None, variables)
        version = self._version(variables.coerced)
        if version is None:
            return None
        executor = PlanExecutor(self._program, version.selections.of, root_value, context_value, variables)
        return executor.run(version.roots)

    def _version(self, variables: dict[str, Any]) -> _Version | None:
        outcome = tuple(variables.get(name) for name in self._conditions)
        version = self._versions.get(outcome)
        if version is None and len(self._versions) < _MAX_OUTCOMES and all(type(each) is bool for each in outcome):
            version = self._versions[outcome] = self._compile(outcome)
        return version

    def _compile(self, outcome: tuple[Any, ...]) -> _Version:
        conditions = VariableValues({}, dict(zip(self._conditions, outcome, strict=True)))
        selections = Selections(self._program, conditions)
        serially = self._program.operation.operation is OperationType.MUTATION
        return _Version(selections, selections.roots(serially=serially))


def compile_operation(schema: GraphQLSchema, document: DocumentNode, operation_name: str | None = None) -> Plan | None:
    """Return the plan for an operation of a valid document; None if graphql-core has to execute it.

    The schema must not change any more.
    """
    operation = get_operation_ast(document, operation_name)
    if operation is None or validate_schema(schema) or schema.get_directive("defer") or schema.get_directive("stream"):
        return None
    root_type = schema.get_root_type(operation.operation)
    definitions = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    if root_type is None:
        return None
    fragments = {name: FragmentDetails(each) for name, each in definitions.items()}
    try:
        return Plan(Program(schema, operation, root_type, definitions, fragments), shape_of(operation, definitions))
    except (NotCompiled, GraphQLError, RecursionError):
        return None
