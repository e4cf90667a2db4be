"""Execution of an operation, by its compiled plan if it has one, otherwise by graphql-core."""

from collections.abc import Awaitable
from dataclasses import dataclass, field
from functools import partial
from inspect import isawaitable
from typing import Any

import graphql
import strawberry
from graphql import ExecutionResult, GraphQLError, OperationType

from bpmn_events.application.ports.response_budget import ResponseBudget, response_budget
from bpmn_events.application.services import Services
from bpmn_events.compiler import CoercedVariables, Plan
from bpmn_events.compiler.graphql_core import create_source_stream
from bpmn_events.domain.principal import Principal
from bpmn_events.web.gql.context import Context
from bpmn_events.web.gql.execution.compiler_hints import add_hints
from bpmn_events.web.gql.execution.documents import Documents
from bpmn_events.web.gql.execution.limits import GraphQLLimits
from bpmn_events.web.gql.execution.preparation import Document, DocumentOptions, InvalidDocument, Operation
from bpmn_events.web.gql.execution.request import BadRequest, GraphQLRequest
from bpmn_events.web.gql.execution.results import GraphQLResult, execution_result, request_error
from bpmn_events.web.gql.execution.trusted import BadTrustedDocuments, TrustedDocuments
from bpmn_events.web.gql.flat_inputs import install_input_constructors
from bpmn_events.web.gql.resolvers import unwrap_resolvers
from bpmn_events.web.gql.schema.source_stream import SourceStream
from bpmn_events.web.gql.strawberry_bridge import core_schema
from bpmn_events.web.http.observation.record import record_operation

# In bytes. The variables of smaller requests have too few values to take long.
_LARGE_REQUEST = 8192


@dataclass(slots=True)
class PreparedOperation:
    """An operation of a valid document, within the limits, with the request that it came in."""

    document: Document
    operation: Operation
    request: GraphQLRequest
    _coerced: tuple[Plan, CoercedVariables] | None = field(default=None, init=False)

    @property
    def is_subscription(self) -> bool:
        return self.operation.node.operation is OperationType.SUBSCRIPTION

    def coerced_variables(self, plan: Plan) -> CoercedVariables:
        """Return the variables for this plan, which are coerced once: a subscription executes it for each event."""
        if self._coerced is None or self._coerced[0] is not plan:
            self._coerced = plan, plan.coerce(self.request.variables)
        return self._coerced[1]


class Executor:
    """Runs operations against one schema, with the cached documents and plans that all requests share.

    Raises:
        BadTrustedDocuments: A trusted document is invalid or exceeds the limits.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        services: Services,
        limits: GraphQLLimits,
        compile_at_execution: int | None,
        trusted: TrustedDocuments,
        options: DocumentOptions,
    ) -> None:
        # Strawberry's own execute() parses, validates and wraps on every request, at twice the cost.
        self._schema = core_schema(schema)
        unwrap_resolvers(self._schema)
        install_input_constructors(self._schema)
        add_hints(self._schema)
        self.services = services
        self.max_bytes = limits.max_response_bytes
        self._max_errors = limits.max_errors - 1  # graphql-core adds one that says that there are others
        self._hide_suggestions = not options.suggestions
        self._documents = Documents(self._schema, limits, compile_at_execution, options)
        self._trusted = trusted
        self._check_trusted_documents()

    async def prepare(
        self, request: GraphQLRequest, principal: Principal | None, *, only_query: bool = False
    ) -> PreparedOperation | GraphQLResult:
        """Return the operation, or the response if it cannot be executed.

        Raises:
            BadRequest: The operation is no query although ``only_query`` is set, or its document is unknown or not
                trusted.
        """
        text = self._trusted.text(request)
        try:
            document = self._documents.find(text) or await self._documents.load(text)
            operation = document.operation(request.operation_name)
            record_operation(operation.label)
            if only_query and operation.node.operation is OperationType.MUTATION:
                raise BadRequest(405, "Send mutations as POST.", {"Allow": "POST"})
            if request.size > _LARGE_REQUEST:
                self._documents.check_large_variables(operation, request.variables)
            self._documents.check_cost(document, operation, request.variables)
            preflight_errors = self._documents.preflight_errors(document, operation, request.variables, principal)
        except InvalidDocument as invalid:
            return request_error(invalid.errors)
        except GraphQLError as error:
            return request_error([error])
        if preflight_errors:
            return request_error(preflight_errors)
        return PreparedOperation(document, operation, request)

    async def execute(self, prepared: PreparedOperation, principal: Principal | None) -> GraphQLResult:
        """Execute a query or mutation and return its response."""
        budget = ResponseBudget(self.max_bytes, prepared.document.fields)
        context = Context(self.services, principal, prepared.document.fields, budget=budget)
        with response_budget(budget):
            result = self.execute_on(prepared, context, None)
            if isawaitable(result):
                result = await result
        return execution_result(result, budget)

    async def source_stream(
        self, prepared: PreparedOperation, principal: Principal | None
    ) -> SourceStream | GraphQLResult:
        """Return the source stream of a subscription, or the response if it cannot be created."""
        stream = await create_source_stream(
            self._schema,
            prepared.document.node,
            context_value=Context(self.services, principal, prepared.document.fields),
            raw_variable_values=prepared.request.variables,
            operation_name=prepared.request.operation_name,
            max_coercion_errors=self._max_errors,
            hide_suggestions=self._hide_suggestions,
        )
        if isinstance(stream, list):
            return request_error(stream)
        return stream if isinstance(stream, SourceStream) else execution_result(stream)

    def _check_trusted_documents(self) -> None:
        for identifier, text in self._trusted.configured.items():
            try:
                self._documents.get(text)
            except InvalidDocument as invalid:
                raise BadTrustedDocuments(
                    f"the document {identifier} is refused: {invalid.errors[0].message}"
                ) from None

    def execute_on(
        self, prepared: PreparedOperation, context: Context, root_value: object
    ) -> ExecutionResult | Awaitable[ExecutionResult]:
        """Return the result of the operation on this root value, or an awaitable of it."""
        document, operation, request = prepared.document, prepared.operation, prepared.request
        plan = self._documents.plan(document, operation)
        result = None if plan is None else plan.execute_with(root_value, context, prepared.coerced_variables(plan))
        if result is None:  # no plan, or it cannot handle these variables; nothing was resolved yet
            run: Any = partial(
                graphql.execute,
                self._schema,
                document.node,
                root_value,
                context_value=context,
                variable_values=request.variables,
                operation_name=request.operation_name,
                max_coercion_errors=self._max_errors,
                hide_suggestions=self._hide_suggestions,
            )
            result = self._documents.run_in_thread(document, run) if operation.only_introspects else run()
        return result
