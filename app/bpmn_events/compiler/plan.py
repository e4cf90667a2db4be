"""Execution plans: operations of valid documents, compiled against a schema."""

from dataclasses import dataclass
from typing import Any, TypeAlias

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
from bpmn_events.compiler.program import DEFAULT_ERRORS, ErrorOptions, Program
from bpmn_events.compiler.selections import Selections
from bpmn_events.compiler.shape import NotCompilable, Shape, analyze_operation
from bpmn_events.compiler.variables import Variables

# The variables of a request, or the errors of those that do not fit.
CoercedVariables: TypeAlias = VariableValues | list[GraphQLError]
# Versions of one plan, by the values of its @include and @skip variables. Each version has code of its own.
_MAX_VERSIONS = 16


@dataclass(frozen=True, slots=True)
class _Version:
    selections: Selections
    root_selections: list[Select]


class Plan:
    """A compiled operation. It may be executed any number of times, also concurrently.

    The plan of a subscription makes the response to one event of its source stream, which is the root value.

    ``size`` is the number of fields for which there may be code, summed over all versions. Each takes about 1.6 kB. The
    fields of an interface or union take as much again for each further object type that occurs.
    """

    def __init__(self, program: Program, shape: Shape) -> None:
        self.size: int = shape.fields * min(_MAX_VERSIONS, 2 ** len(shape.conditions))
        self._program = program
        self._conditions = shape.conditions
        definitions = program.operation.variable_definitions or ()
        self._variables = Variables(program.schema, definitions, program.errors)
        self._versions: dict[tuple[Any, ...], _Version] = {}
        if not shape.conditions:
            self._versions[()] = self._compile(())

    def execute(
        self, root_value: Any = None, context_value: Any = None, variable_values: dict[str, Any] | None = None
    ) -> Response | None:
        """Return the same response as graphql-core's ``execute``, or an awaitable of it.

        Return None if graphql-core has to execute the operation. No resolver has been called then.
        """
        return self.execute_with(root_value, context_value, self.coerce(variable_values or {}))

    def coerce(self, variable_values: dict[str, Any]) -> CoercedVariables:
        """Return the variables for ``execute_with``."""
        return self._variables(variable_values)

    def execute_with(self, root_value: Any, context_value: Any, variables: CoercedVariables) -> Response | None:
        """Return the same as ``execute``, with variables that are coerced once for many executions."""
        if not isinstance(variables, VariableValues):
            return ExecutionResult(None, variables)
        version = self._find_version(variables.coerced)
        if version is None:
            return None
        executor = PlanExecutor(self._program, version.selections.find, root_value, context_value, variables)
        return executor.run(version.root_selections)

    def _find_version(self, variables: dict[str, Any]) -> _Version | None:
        condition_values = tuple(variables.get(name) for name in self._conditions)
        version = self._versions.get(condition_values)
        if version is not None or len(self._versions) >= _MAX_VERSIONS:
            return version
        if all(type(value) is bool for value in condition_values):
            version = self._versions[condition_values] = self._compile(condition_values)
        return version

    def _compile(self, condition_values: tuple[Any, ...]) -> _Version:
        conditions = VariableValues({}, dict(zip(self._conditions, condition_values, strict=True)))
        selections = Selections(self._program, conditions)
        serially = self._program.operation.operation is OperationType.MUTATION
        return _Version(selections, selections.compile_root(serially=serially))


def compile_operation(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation_name: str | None = None,
    errors: ErrorOptions = DEFAULT_ERRORS,
) -> Plan | None:
    """Return the plan for an operation of a valid document, or None if graphql-core has to execute it.

    The schema must not change afterwards. ``errors`` are the options that graphql-core's ``execute`` takes as
    ``max_coercion_errors`` and ``hide_suggestions``.
    """
    operation = get_operation_ast(document, operation_name)
    if operation is None or validate_schema(schema) or schema.get_directive("defer") or schema.get_directive("stream"):
        return None
    root_type = schema.get_root_type(operation.operation)
    definitions = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    if root_type is None:
        return None
    fragments = {name: FragmentDetails(node) for name, node in definitions.items()}
    try:
        shape = analyze_operation(operation, definitions)
        return Plan(Program(schema, operation, root_type, definitions, fragments, errors), shape)
    except (NotCompilable, GraphQLError, RecursionError):
        return None
