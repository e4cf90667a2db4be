"""Executes a plan: graphql-core's executor, with compiled code in place of its own for selection sets."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLObjectType,
    default_field_resolver,
    default_type_resolver,
)
from graphql.execution import Executor, VariableValues
from graphql.pyutils import Path, gather_with_cancel, is_awaitable

from bpmn_events.compiler.paths import Place

if TYPE_CHECKING:
    from bpmn_events.compiler.plan import Program
    from bpmn_events.compiler.selections import Selections

# Completes one object: executor, source, place of the object; answers a dict, or an awaitable of one.
Select: TypeAlias = Callable[["PlanExecutor", Any, Place], Any]
Response: TypeAlias = ExecutionResult | Awaitable[ExecutionResult]


class PlanExecutor(Executor[None]):
    """One execution. ``shared`` is the part of every resolver's info that is the same for all of them."""

    def __init__(
        self,
        program: "Program",
        selections: "Selections",
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
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
        )
        self.context = context_value
        self.selections = selections
        self.shared = (
            program.schema,
            program.fragment_definitions,
            root_value,
            program.operation,
            variable_values,
            context_value,
            is_awaitable,
            None,
            self.async_helpers,
        )

    def run(self, roots: Sequence[Select]) -> Response:
        """Execute these selections of the root, one after the other."""
        try:
            data = self._run(roots)
            if is_awaitable(data):
                return self._respond(data)
        except GraphQLError as error:
            return self._failed(error)
        return ExecutionResult(data, self.collected_errors.errors or None)

    def _run(self, roots: Sequence[Select]) -> Any:
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
            completed = await data
        except GraphQLError as error:
            return self._failed(error)
        return ExecutionResult(completed, self.collected_errors.errors or None)

    def _failed(self, error: GraphQLError) -> ExecutionResult:
        self.collected_errors.add(error, None)
        return ExecutionResult(None, self.collected_errors.errors)

    def collect_and_execute_subfields(
        self, return_type: GraphQLObjectType, field_details_list: Any, path: Path, result: Any, position_context: None
    ) -> Any:
        """Where graphql-core has completed a value itself, its selection is compiled code again."""
        return self.selections.of(return_type, field_details_list)(self, result, path)


async def gathered(results: Any, pending: list[Any]) -> Any:
    """The results once the pending ones among them have come, awaited together as graphql-core does."""
    if len(pending) == 1:
        results[pending[0]] = await results[pending[0]]
    else:
        values = await gather_with_cancel(*[results[key] for key in pending])
        for key, value in zip(pending, values, strict=True):
            results[key] = value
    return results
