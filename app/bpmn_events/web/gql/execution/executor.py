"""Execution of an operation, by its compiled plan if it has one, otherwise by graphql-core."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from inspect import isawaitable
from typing import Any

import msgspec
import strawberry
from graphql import ExecutionResult, GraphQLError, OperationType, execute

from bpmn_events.application.ports.response_budget import ResponseBudget, response_budget
from bpmn_events.application.services import Services
from bpmn_events.domain.principal import Principal
from bpmn_events.web.gql.context import Context
from bpmn_events.web.gql.execution.compiler_hints import add_hints
from bpmn_events.web.gql.execution.documents import Documents
from bpmn_events.web.gql.execution.errors import format_errors, too_large_body
from bpmn_events.web.gql.execution.limits import GraphQLLimits
from bpmn_events.web.gql.execution.preparation import Document, DocumentOptions, InvalidDocument, Operation
from bpmn_events.web.gql.execution.request import BadRequest, GraphQLRequest
from bpmn_events.web.gql.execution.trusted import BadTrustedDocuments, TrustedDocuments
from bpmn_events.web.gql.flat_inputs import install_input_constructors
from bpmn_events.web.gql.resolvers import unwrap_resolvers
from bpmn_events.web.gql.strawberry_bridge import core_schema
from bpmn_events.web.http.observation.record import record_operation

# In bytes. The variables of smaller requests have too few values to take long.
_LARGE_REQUEST = 8192


@dataclass(frozen=True, slots=True)
class GraphQLResult:
    """The response of one request (GraphQL specification, section 7).

    ``executed``: False for a request error, which is raised before execution.
    """

    body: dict[str, Any]
    executed: bool

    def encode(self, max_bytes: int) -> bytes:
        """Return the response as JSON, or that of a response that is too large if it has more bytes."""
        content = msgspec.json.encode(self.body)
        return content if len(content) <= max_bytes else msgspec.json.encode(too_large_body(max_bytes))


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
        self._services = services
        self._max_bytes = limits.max_response_bytes
        self._max_errors = limits.max_errors - 1  # graphql-core adds one that says that there are others
        self._hide_suggestions = not options.suggestions
        self._documents = Documents(self._schema, limits, compile_at_execution, options)
        self._trusted = trusted
        self._check_trusted_documents()

    async def run(
        self, request: GraphQLRequest, principal: Principal | None, *, only_query: bool = False
    ) -> GraphQLResult:
        """Execute the operation and return its response.

        Raises:
            BadRequest: The operation is no query although ``only_query`` is set, or its document is unknown or not
                trusted.
        """
        text = self._trusted.text(request)
        try:
            document = self._documents.find(text) or await self._documents.load(text)
            operation = document.operation(request.operation_name)
            record_operation(operation.label)
            if only_query and operation.node.operation is not OperationType.QUERY:
                raise BadRequest(405, "Send mutations as POST.", {"Allow": "POST"})
            if request.size > _LARGE_REQUEST:
                self._documents.check_large_variables(operation, request.variables)
            self._documents.check_cost(document, operation, request.variables)
            preflight_errors = self._documents.preflight_errors(document, operation, request.variables, principal)
        except InvalidDocument as invalid:
            return _request_error(invalid.errors)
        except GraphQLError as error:
            return _request_error([error])
        if preflight_errors:
            return _request_error(preflight_errors)
        budget = ResponseBudget(self._max_bytes, document.fields)
        with response_budget(budget):
            result = await self._execute(document, operation, request, principal, budget)
        if budget.is_exceeded:
            return GraphQLResult(too_large_body(self._max_bytes), executed=True)
        return _execution_result(result)

    def _check_trusted_documents(self) -> None:
        for identifier, text in self._trusted.configured.items():
            try:
                self._documents.get(text)
            except InvalidDocument as invalid:
                raise BadTrustedDocuments(
                    f"the document {identifier} is refused: {invalid.errors[0].message}"
                ) from None

    async def _execute(
        self,
        document: Document,
        operation: Operation,
        request: GraphQLRequest,
        principal: Principal | None,
        budget: ResponseBudget,
    ) -> ExecutionResult:
        context = Context(self._services, principal, document.fields, budget=budget)
        plan = self._documents.plan(document, operation)
        result = None if plan is None else plan.execute(None, context, request.variables)
        if result is None:  # no plan, or it cannot handle these variables; nothing was resolved yet
            run = partial(
                execute,
                self._schema,
                document.node,
                context_value=context,
                variable_values=request.variables,
                operation_name=request.operation_name,
                max_coercion_errors=self._max_errors,
                hide_suggestions=self._hide_suggestions,
            )
            result = await self._documents.run_in_thread(document, run) if operation.only_introspects else run()
        return await result if isawaitable(result) else result


def _request_error(errors: Iterable[GraphQLError]) -> GraphQLResult:
    return GraphQLResult({"errors": format_errors(errors)}, executed=False)


def _execution_result(result: ExecutionResult) -> GraphQLResult:
    errors = result.errors or []
    if result.data is None and errors and all(error.path is None for error in errors):
        return _request_error(errors)  # the variables do not match their types
    body: dict[str, Any] = {"data": result.data}
    return GraphQLResult({"errors": format_errors(errors), **body} if errors else body, executed=True)
