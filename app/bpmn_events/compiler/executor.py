"""The executor of a plan: compiled code for selection sets, graphql-core for everything else."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

from graphql import ExecutionResult, GraphQLError, GraphQLObjectType, VariableValues

from bpmn_events.compiler.graphql_core import CoreExecutor, FieldDetailsList, Path, gather_with_cancel, is_awaitable
from bpmn_events.compiler.paths import ResponsePath
from bpmn_events.compiler.program import Program

# Completes one object from the executor, the source object and the object's path. Returns a dict or an awaitable of it.
Select: TypeAlias = Callable[["PlanExecutor", Any, ResponsePath], Any]
# Returns the function for the selection of these field nodes from an object of this type.
FindSelection: TypeAlias = Callable[[GraphQLObjectType, FieldDetailsList], Select]
Response: TypeAlias = ExecutionResult | Awaitable[ExecutionResult]


class PlanExecutor(CoreExecutor):
    """One execution of a plan. ``context`` is the context value, under the name that context resolvers read."""

    def __init__(
        self,
        program: Program,
        find_selection: FindSelection,
        root_value: Any,
        context_value: Any,
        variable_values: VariableValues,
    ) -> None:
        super().__init__(
            program.schema,
            program.fragment_definitions,
            program.fragments,
            root_value,
            context_value,
            program.operation,
            variable_values,
            hide_suggestions=program.errors.hide_suggestions,
        )
        self.context = context_value
        self._find_selection = find_selection

    def run(self, root_selections: Sequence[Select]) -> Response:
        """Execute the selections of the root one after the other. Return the response, or an awaitable of it."""
        try:
            data = self._run(root_selections)
            if is_awaitable(data):
                return self._await_response(data)
        except GraphQLError as error:
            return self.to_error_result(error)
        return self.to_result(data)

    def execute_selection(
        self, graphql_type: GraphQLObjectType, details: FieldDetailsList, path: Path, source: Any
    ) -> Any:
        """Run compiled code for the subfields of an object that graphql-core itself completes."""
        return self._find_selection(graphql_type, details)(self, source, path)

    def _run(self, root_selections: Sequence[Select]) -> Any:
        if len(root_selections) == 1:  # always the case for a query
            return root_selections[0](self, self.root_value, None)
        results: dict[str, Any] = {}
        for number, select in enumerate(root_selections):
            fields = select(self, self.root_value, None)
            if is_awaitable(fields):
                return self._run_remaining(results, fields, root_selections[number + 1 :])
            results.update(fields)
        return results

    async def _run_remaining(
        self, results: dict[str, Any], pending_fields: Awaitable[Any], remaining: Sequence[Select]
    ) -> dict[str, Any]:
        results.update(await pending_fields)
        for select in remaining:
            fields = select(self, self.root_value, None)
            results.update(await fields if is_awaitable(fields) else fields)
        return results

    async def _await_response(self, data: Awaitable[Any]) -> ExecutionResult:
        try:
            return self.to_result(await data)
        except GraphQLError as error:
            return self.to_error_result(error)


async def await_pending(results: Any, pending: list[Any]) -> Any:
    """Await the pending results together, as graphql-core does. Return the results with their values in place."""
    if len(pending) == 1:
        results[pending[0]] = await results[pending[0]]
    else:
        values = await gather_with_cancel(*[results[key] for key in pending])
        for key, value in zip(pending, values, strict=True):
            results[key] = value
    return results
