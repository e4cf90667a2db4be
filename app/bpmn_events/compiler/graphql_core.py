"""The parts of graphql-core beyond its public API. No other module of the product imports them.

graphql-core documents how to execute a document, but not the single steps: its reference omits them
(``:meta private:``), and a release may move them. The compiler replaces one of these steps and calls several others,
so that errors, null propagation and awaitables stay graphql-core's. Therefore pyproject.toml caps the version, and
``tests/unit/compiler/test_graphql_core.py`` checks every name used here.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable
from inspect import isawaitable
from typing import Any, TypeAlias

from graphql import (
    DocumentNode,
    ExecutionResult,
    Executor,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableValues,
    create_source_event_stream,
    default_field_resolver,
    default_type_resolver,
)
from graphql.execution.collect_fields import (
    FieldDetailsList,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.get_variable_signature import get_variable_signature
from graphql.execution.values import VariableValueSource
from graphql.pyutils import Path, gather_with_cancel, is_awaitable, is_iterable
from graphql.utilities.coerce_input_value import coerce_default_value
from graphql.validation import validation_context
from graphql.validation.rules import overlapping_fields_can_be_merged

__all__ = [
    "CoreExecutor",
    "FieldDetailsList",
    "FragmentDetails",
    "GroupedFieldSet",
    "Path",
    "VariableValueSource",
    "coerce_default_value",
    "collect_fields",
    "collect_subfields",
    "create_source_stream",
    "gather_with_cancel",
    "get_variable_signature",
    "is_awaitable",
    "is_iterable",
    "limit_validation_work",
]

Info: TypeAlias = GraphQLResolveInfo[Any]

# Twenty fragments with the same ten fields need 6,000 units. graphql-core allows 500,000, which take seconds.
_FIELD_COMPARISONS = 60_000
_FRAGMENT_WORK = 20_000


async def create_source_stream(schema: GraphQLSchema, document: DocumentNode, **arguments: Any) -> Any:
    """Return the source stream of a subscription (GraphQL specification, section 6.2.3.1).

    Return an ``ExecutionResult`` if its field fails, or a list of errors if the operation or its variables are invalid.
    The arguments are those of ``graphql.subscribe``, which would also execute the operation for each event.
    """
    executor = Executor.build(schema, document, **arguments)
    if isinstance(executor, list):
        return executor
    stream = create_source_event_stream(executor)
    return await stream if isawaitable(stream) else stream


def limit_validation_work() -> None:
    """Lower the budgets after which graphql-core gives up the validation of a document, in the whole process.

    Rules that compare the fields of a document, or follow its fragments, take quadratic time without a budget.
    """
    overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = _FIELD_COMPARISONS
    validation_context.MAX_FRAGMENT_WORK = _FRAGMENT_WORK


class CoreExecutor(Executor[None], ABC):
    """One execution by graphql-core, with its steps under the names that compiled code calls.

    ``execute_selection`` replaces the step in which graphql-core executes a selection set. The ``position_context`` of
    graphql-core's methods serves incremental delivery, which plans never use: it is always None.

    ``info_tail`` holds the members of a ``GraphQLResolveInfo`` after its path. They are the same for all fields.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        fragment_definitions: dict[str, FragmentDefinitionNode],
        fragments: dict[str, FragmentDetails],
        root_value: Any,
        context_value: Any,
        operation: OperationDefinitionNode,
        variable_values: VariableValues,
        *,
        hide_suggestions: bool = False,
    ) -> None:
        super().__init__(
            schema,
            fragment_definitions,
            fragments,
            root_value,
            context_value,
            operation,
            variable_values,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
            hide_suggestions=hide_suggestions,
        )
        self.info_tail = (
            schema,
            fragment_definitions,
            root_value,
            operation,
            variable_values,
            context_value,
            is_awaitable,
            None,  # no abort signal
            self.async_helpers,
        )

    @abstractmethod
    def execute_selection(
        self, graphql_type: GraphQLObjectType, details: FieldDetailsList, path: Path, source: Any
    ) -> Any:
        """Return the data that these field nodes select from an object of this type, or an awaitable of it."""

    def collect_and_execute_subfields(
        self,
        return_type: GraphQLObjectType,
        field_details_list: FieldDetailsList,
        path: Path,
        result: Any,
        position_context: None,
    ) -> Any:
        return self.execute_selection(return_type, field_details_list, path, result)

    def complete(
        self, graphql_type: GraphQLOutputType, details: FieldDetailsList, info: Info, path: Path, value: Any
    ) -> Any:
        """Return the completed value, or an awaitable of it.

        Raises:
            Exception: The value does not fit the type, or is null although the type is non-null.
        """
        return self.complete_value(graphql_type, details, info, path, value, None)

    def complete_awaitable(
        self, graphql_type: GraphQLOutputType, details: FieldDetailsList, info: Info, path: Path, value: Awaitable[Any]
    ) -> Awaitable[Any]:
        """Return an awaitable of the completed value of a field. It collects errors as ``fail`` does."""
        return self.complete_awaitable_value(graphql_type, details, info, path, value, None)

    def complete_item(
        self, graphql_type: GraphQLOutputType, details: FieldDetailsList, info: Info, path: Path, value: Any
    ) -> tuple[Any, bool]:
        """Return the completed item of a list, and whether it is awaitable. Collect errors as ``fail`` does.

        Raises:
            GraphQLError: The item fails, and its type is non-null.
        """
        completed: list[Any] = []
        is_pending = self.complete_list_item_value(value, completed, graphql_type, details, info, path, None)
        return completed[0], is_pending

    def complete_awaitable_item(
        self, graphql_type: GraphQLOutputType, details: FieldDetailsList, info: Info, path: Path, value: Awaitable[Any]
    ) -> Awaitable[Any]:
        """Return an awaitable of the completed item of a list. It collects errors as ``fail`` does."""
        return self.complete_awaitable_list_item_value(value, graphql_type, details, info, path, None)

    def fail(self, error: Exception, graphql_type: GraphQLOutputType, details: FieldDetailsList, path: Path) -> None:
        """Collect the error of a field or an item, which becomes null.

        Raises:
            GraphQLError: The type is non-null.
        """
        self.handle_field_error(error, graphql_type, details, path)

    def settle(self, awaitables: list[Awaitable[Any]]) -> None:
        """Finish awaitables in the background when their results are no longer needed."""
        self.settle_in_background(awaitables)

    def to_result(self, data: dict[str, Any]) -> ExecutionResult:
        """Return the response with this data and the errors collected so far."""
        return ExecutionResult(data, self.collected_errors.errors or None)

    def to_error_result(self, error: GraphQLError) -> ExecutionResult:
        """Return the response without data, because an error has propagated to the root."""
        self.collected_errors.add(error, None)
        return ExecutionResult(None, self.collected_errors.errors)
