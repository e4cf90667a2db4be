"""The GraphQL endpoint (GraphQL over HTTP, draft): POST for all operations, GET for queries only."""

from collections.abc import Sequence
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bpmn_events.application.ports.tokens import KeysUnavailable
from bpmn_events.application.services import Services
from bpmn_events.domain.errors import BadCredential, TooManyRequests
from bpmn_events.domain.principal import Principal
from bpmn_events.web.gql.endpoint import graphiql as editor
from bpmn_events.web.gql.endpoint.fast_path import FastPathRequest, receive_body, send_json
from bpmn_events.web.gql.endpoint.requests import (
    GRAPHQL_RESPONSE,
    HTML,
    JSON,
    negotiate_media_type,
    parse_request,
    read_request,
)
from bpmn_events.web.gql.execution.errors import shorten
from bpmn_events.web.gql.execution.executor import Executor
from bpmn_events.web.gql.execution.limits import GraphQLLimits
from bpmn_events.web.gql.execution.preparation import DEFAULT_OPTIONS, DocumentOptions
from bpmn_events.web.gql.execution.request import BadRequest
from bpmn_events.web.gql.execution.results import GraphQLResult
from bpmn_events.web.gql.execution.trusted import TrustedDocuments
from bpmn_events.web.gql.schema.schema import build_schema
from bpmn_events.web.http.fair_use import authenticate_within_limits
from bpmn_events.web.http.observation.record import record_code
from bpmn_events.web.http.problems import bearer_challenge, rate_limit_members
from bpmn_events.web.streams.limits import StreamLimits
from bpmn_events.web.streams.pulse import Pulse

COMPILE_AT_EXECUTION = 2
_DEFAULT_LIMITS = GraphQLLimits()


class GraphQLEndpoint:
    """The ASGI application that serves ``/graphql``.

    An operation is compiled at its ``compile_at_execution``-th execution, 2 for the second; None compiles none.
    ``pulse`` is that of all streams of the process.

    Raises:
        BadTrustedDocuments: A trusted document is invalid or exceeds the limits.
    """

    def __init__(
        self,
        services: Services,
        *,
        limits: GraphQLLimits = _DEFAULT_LIMITS,
        max_body_bytes: int = 1_048_576,
        graphiql: bool = True,
        compile_at_execution: int | None = COMPILE_AT_EXECUTION,
        trusted: TrustedDocuments | None = None,
        options: DocumentOptions = DEFAULT_OPTIONS,
        pulse: Pulse | None = None,
    ) -> None:
        trusted = trusted or TrustedDocuments()
        self._pulse = pulse or Pulse(StreamLimits())
        self._tokens = services.tokens
        self._executor = Executor(build_schema(), services, limits, compile_at_execution, trusted, options)
        self._max_body_bytes = max_body_bytes
        self._max_response_bytes = limits.max_response_bytes
        self._editor = editor.page(only_trusted=trusted.only) if graphiql else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})  # before the handshake, hence a 403 response
            return
        fast_request = FastPathRequest.from_scope(scope, self._max_body_bytes)
        if fast_request is None:
            response = await self._handle(Request(scope, receive))
            await response(scope, receive, send)
            return
        try:
            content = await self._execute_fast(fast_request, scope, receive)
        except BadRequest as error:
            await _error_response(error, JSON)(scope, receive, send)
        else:
            await send_json(send, content)

    async def _execute_fast(self, fast_request: FastPathRequest, scope: Scope, receive: Receive) -> bytes:
        principal = await self._authenticate(scope, fast_request.authorization)
        request = parse_request(await receive_body(receive, self._max_body_bytes))
        return (await self._executor.run(request, principal)).encode(self._max_response_bytes)

    async def _handle(self, request: Request) -> Response:
        try:
            return await self._execute(request)
        except BadRequest as error:
            return _error_response(error, _media_type(request) or JSON)

    async def _execute(self, request: Request) -> Response:
        if request.method not in ("GET", "POST"):
            raise BadRequest(405, f"GraphQL takes GET and POST, not {request.method}.", {"Allow": "GET, POST"})
        media_types = (JSON, GRAPHQL_RESPONSE, HTML)
        if request.method == "GET" and self._editor and negotiate_media_type(request, media_types) == HTML:
            return self._editor
        media_type = _media_type(request)
        if media_type is None:
            raise BadRequest(406, f"The answer is {JSON} or {GRAPHQL_RESPONSE}.")
        principal = await self._authenticate(request.scope, request.headers.getlist("authorization"))
        operation = await read_request(request, self._max_body_bytes)
        result = await self._executor.run(operation, principal, only_query=request.method == "GET")
        return _response(result.encode(self._max_response_bytes), _status(result, media_type), media_type, {})

    async def _authenticate(self, scope: Scope, authorization: Sequence[str]) -> Principal | None:
        try:
            return await authenticate_within_limits(scope, authorization, self._tokens)
        except TooManyRequests as error:
            headers = {"Retry-After": str(error.retry_after_seconds)}
            raise BadRequest(429, error.message, headers, extensions=rate_limit_members(error)) from None
        except BadCredential as error:
            raise BadRequest(401, error.message, {"WWW-Authenticate": bearer_challenge(error)}) from None
        except KeysUnavailable as error:
            raise BadRequest(503, str(error), {"Retry-After": str(error.retry_after_seconds)}, error.code) from None


def _media_type(request: Request) -> str | None:
    return negotiate_media_type(request, (JSON, GRAPHQL_RESPONSE))


def _status(result: GraphQLResult, media_type: str) -> int:
    """Return the HTTP status. As application/json it is 200 for every well-formed request (GraphQL over HTTP)."""
    return 200 if result.executed or media_type == JSON else 400


def _error_response(error: BadRequest, media_type: str) -> Response:
    record_code(error.code)
    entry = {"message": shorten(error.message), "extensions": {"code": error.code, **error.extensions}}
    return _json_response({"errors": [entry]}, error.status, media_type, error.headers)


def _json_response(body: dict[str, Any], status: int, media_type: str, headers: dict[str, str]) -> Response:
    return _response(msgspec.json.encode(body), status, media_type, headers)


def _response(content: bytes, status: int, media_type: str, headers: dict[str, str]) -> Response:
    return Response(
        content, status, {"Cache-Control": "no-store", **headers}, media_type=f"{media_type}; charset=utf-8"
    )
