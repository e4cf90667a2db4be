"""Executing an operation: on the shared, validated document, by its plan or else with graphql-core."""

from collections.abc import Iterable
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

import strawberry
from graphql import ExecutionResult, GraphQLError, OperationType, execute

from bpmn_events.application.services import Services
from bpmn_events.domain.principal import Principal
from bpmn_events.web.gql.context import Context
from bpmn_events.web.gql.execution.compiler_hints import add_hints
from bpmn_events.web.gql.execution.documents import Document, Documents, InvalidDocument, Operation
from bpmn_events.web.gql.execution.errors import format_errors
from bpmn_events.web.gql.execution.limits import GraphQLLimits
from bpmn_events.web.gql.execution.request import BadRequest, GraphQLRequest
from bpmn_events.web.gql.execution.trusted import BadTrustedDocuments, TrustedDocuments
from bpmn_events.web.gql.flat_inputs import flatten
from bpmn_events.web.gql.resolvers import unwrap
from bpmn_events.web.gql.strawberry_bridge import core_schema


@dataclass(frozen=True, slots=True)
class Answer:
    """The response (GraphQL specification, section 7). ``executed`` is false where the request itself was refused."""

    body: dict[str, Any]
    executed: bool


class Executor:
    def __init__(
        self,
        schema: strawberry.Schema,
        services: Services,
        limits: GraphQLLimits,
        compile_at_use: int | None,
        trusted: TrustedDocuments,
    ) -> None:
        """Raises ``BadTrustedDocuments`` for one that is not valid."""
        # Strawberry builds the schema; its own execute() parses, validates and wraps each time, at twice the cost.
        self._schema = core_schema(schema)
        unwrap(self._schema)
        flatten(self._schema)
        add_hints(self._schema)
        self._services = services
        self._documents = Documents(self._schema, limits, compile_at_use)
        self._trusted = trusted
        self._check_own_documents()

    async def run(self, request: GraphQLRequest, principal: Principal | None, *, only_query: bool = False) -> Answer:
        """Execute the operation.

        Raises:
            BadRequest: it is no query, although only those are allowed here; or its document is not known, or not
                trusted.
        """
        text = self._trusted.text(request)
        try:
            document = self._documents.get(text)
            operation = document.operation(request.operation_name)
            if only_query and operation.node.operation is not OperationType.QUERY:
                raise BadRequest(405, "Send mutations as POST.", {"Allow": "POST"})
            self._documents.check_cost(document, operation, request.variables)
            unmet = self._documents.preflight_errors(document, operation, request.variables, principal)
        except InvalidDocument as invalid:
            return _refused(invalid.errors)
        except GraphQLError as error:
            return _refused([error])
        if unmet:
            return _refused(unmet)
        return _answer(await self._execute(document, operation, request, principal))

    def _check_own_documents(self) -> None:
        for identifier, text in self._trusted.own.items():
            try:
                self._documents.get(text)
            except InvalidDocument as invalid:
                raise BadTrustedDocuments(
                    f"the document {identifier} is refused: {invalid.errors[0].message}"
                ) from None

    async def _execute(
        self, document: Document, operation: Operation, request: GraphQLRequest, principal: Principal | None
    ) -> ExecutionResult:
        context = Context(self._services, principal, document.fields)
        plan = self._documents.plan(document, operation)
        result = None if plan is None else plan.execute(None, context, request.variables)
        if result is None:  # then nothing was resolved yet
            result = execute(
                self._schema,
                document.node,
                context_value=context,
                variable_values=request.variables,
                operation_name=request.operation_name,
            )
        return await result if isawaitable(result) else result


def _refused(errors: Iterable[GraphQLError]) -> Answer:
    return Answer({"errors": format_errors(errors)}, executed=False)


def _answer(result: ExecutionResult) -> Answer:
    errors = result.errors or []
    if result.data is None and errors and all(error.path is None for error in errors):
        return _refused(errors)  # the variables do not fit
    body: dict[str, Any] = {"data": result.data}
    return Answer({"errors": format_errors(errors), **body} if errors else body, executed=True)
