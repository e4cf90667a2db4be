"""Responses of operations."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from graphql import ExecutionResult, GraphQLError

from bpmn_events.application.ports.response_budget import ResponseBudget
from bpmn_events.web.gql.execution.errors import format_errors, too_large_body


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


def request_error(errors: Iterable[GraphQLError]) -> GraphQLResult:
    """Return the response for errors before the execution."""
    return GraphQLResult({"errors": format_errors(errors)}, executed=False)


def execution_result(result: ExecutionResult, budget: ResponseBudget | None = None) -> GraphQLResult:
    """Return the response for a result, or that of a response that is too large if the budget is exceeded."""
    if budget is not None and budget.is_exceeded:
        return GraphQLResult(too_large_body(budget.max_bytes), executed=True)
    errors = result.errors or []
    if result.data is None and errors and all(error.path is None for error in errors):
        return request_error(errors)  # the variables do not match their types
    body: dict[str, Any] = {"data": result.data}
    return GraphQLResult({"errors": format_errors(errors), **body} if errors else body, executed=True)
