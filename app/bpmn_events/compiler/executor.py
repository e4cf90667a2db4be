"""Executes a plan: compiled code for selection sets, graphql-core for everything else."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

from graphql import ExecutionResult, GraphQLError, GraphQLObjectType, VariableValues

from bpmn_events.compiler.graphql_core import CoreExecutor, FieldDetailsList, Path, gather_with_cancel, is_awaitable
from bpmn_events.compiler.paths import ResponsePath
from bpmn_events.compiler.program import Program

# Completes one object: executor, source, place of the object. Returns a dict, or an awaitable of one.
Select: TypeAlias = Callable[["PlanExecutor", Any, ResponsePath], Any]
# Finds the function for what field nodes select of an object of this type.
SelectFor: TypeAlias = Callable[[GraphQLObjectType, FieldDetailsList], Select]
Response: TypeAlias = ExecutionResult | Awaitable[ExecutionResult]


class PlanExecutor(CoreExecutor):
    """One execution. ``context`` is what a context resolver reads of it."""

    def __init__(
        self,
        program: Program,
        select_for: SelectFor,
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
        )
        self.context = context_value
        self._select_for = select_for

    def run(self, roots: Sequence[Select]) -> Response:
        """Execute these selections of the root, one after the other."""
        try:
            data = self._run(roots)
            if is_awaitable(data):
                return self._respond(data)
        except GraphQLError as error:
            return self.failed(error)
        return self.succeeded(data)

    def execute_selection(
        self, graphql_type: GraphQLObjectType, details: FieldDetailsList, path: Path, source: Any
    ) -> Any:
        """Run compiled code again where graphql-core has completed an object itself."""
        return self._select_for(graphql_type, details)(self, source, path)

    def _run(self, roots: Sequence[Select]) -> Any:
        if len(roots) == 1:  # as every query has
            return roots[0](self, self.root_value, None)
        results: dict[str, Any] = {}
        for number, select in enumerate(roots):
            found = select(self, self.root_value, None)
            if is_awaitable(found):
                return self._run_on(results, found, roots[number + 1 :])
            results.update(found)
        return results

    async def _run_on(self, results: dict[str, Any], found: Any, roots: Sequence[Select]) -> dict[str, Any]:
        results.update(await found)
        for select in roots:
            found = select(self, self.root_value, None)
            results.update(await found if is_awaitable(found) else found)
        return results

    async def _respond(self, data: Awaitable[Any]) -> ExecutionResult:
        try:
            return self.succeeded(await data)
        except GraphQLError as error:
            return self.failed(error)


async def gathered(results: Any, pending: list[Any]) -> Any:
    """Return the results when the pending ones among them have come, awaited together as graphql-core does."""
    if len(pending) == 1:
        results[pending[0]] = await results[pending[0]]
    else:
        values = await gather_with_cancel(*[results[key] for key in pending])
        for key, value in zip(pending, values, strict=True):
            results[key] = value
    return results
