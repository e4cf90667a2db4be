"""The GraphQL endpoint (GraphQL over HTTP, draft): POST for all operations, GET for queries and subscriptions only."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bpmn_events.application.services import Services
from bpmn_events.domain.principal import Principal
from bpmn_events.web.gql.authentication import authenticate_caller
from bpmn_events.web.gql.endpoint import graphiql as editor
from bpmn_events.web.gql.endpoint.fast_path import FastPathRequest, receive_body, send_json
from bpmn_events.web.gql.endpoint.negotiation import AcceptedForms
from bpmn_events.web.gql.endpoint.requests import GRAPHQL_RESPONSE, JSON, parse_request, read_request
from bpmn_events.web.gql.execution.errors import shorten
from bpmn_events.web.gql.execution.executor import Executor, PreparedOperation
from bpmn_events.web.gql.execution.limits import GraphQLLimits
from bpmn_events.web.gql.execution.preparation import DEFAULT_OPTIONS, DocumentOptions
from bpmn_events.web.gql.execution.request import BadRequest
from bpmn_events.web.gql.execution.results import GraphQLResult
from bpmn_events.web.gql.execution.trusted import TrustedDocuments
from bpmn_events.web.gql.schema.schema import build_schema
from bpmn_events.web.gql.streaming.formats import EVENT_STREAM
from bpmn_events.web.gql.streaming.responses import single_response, stream_response
from bpmn_events.web.gql.subscriptions.stream import open_stream
from bpmn_events.web.gql.websocket.connection import SocketServices
from bpmn_events.web.gql.websocket.endpoint import WebSocketEndpoint
from bpmn_events.web.gql.websocket.limits import SocketLimits
from bpmn_events.web.http.observation.record import record_code
from bpmn_events.web.streams.limits import StreamLimits
from bpmn_events.web.streams.pulse import Pulse

COMPILE_AT_EXECUTION = 2
_DEFAULT_LIMITS = GraphQLLimits()
_DEFAULT_SOCKET_LIMITS = SocketLimits()
_VARY = {"Vary": "Accept"}
_NEEDS_A_STREAM = (
    "A subscription is answered as a stream: accept text/event-stream or multipart/mixed, or use a WebSocket with the "
    "subprotocol graphql-transport-ws."
)


class GraphQLEndpoint:
    """The ASGI application that serves ``/graphql``, over HTTP and WebSockets.

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
        sockets: SocketLimits = _DEFAULT_SOCKET_LIMITS,
    ) -> None:
        trusted = trusted or TrustedDocuments()
        self._pulse = pulse or Pulse(StreamLimits())
        self._tokens = services.tokens
        self._executor = Executor(build_schema(), services, limits, compile_at_execution, trusted, options)
        self._sockets = WebSocketEndpoint(SocketServices(self._executor, services.tokens, sockets), self._pulse)
        self._max_body_bytes = max_body_bytes
        self._max_response_bytes = limits.max_response_bytes
        self._editor = editor.page(only_trusted=trusted.only) if graphiql else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._sockets(scope, receive, send)
            return
        fast_request = FastPathRequest.from_scope(scope, self._max_body_bytes)
        if fast_request is None:
            response = await self._handle(Request(scope, receive))
            await response(scope, receive, send)
            return
        try:
            answer = await self._execute_fast(fast_request, scope, receive)
        except BadRequest as error:
            answer = _error_response(error, JSON)
        if isinstance(answer, bytes):
            await send_json(send, answer)
        else:
            await answer(scope, receive, send)

    async def _execute_fast(self, fast_request: FastPathRequest, scope: Scope, receive: Receive) -> bytes | Response:
        principal = await authenticate_caller(scope, fast_request.authorization, self._tokens)
        request = parse_request(await receive_body(receive, self._max_body_bytes))
        prepared = await self._executor.prepare(request, principal)
        if isinstance(prepared, GraphQLResult):
            return prepared.encode(self._max_response_bytes)
        if prepared.is_subscription:
            return await self._subscribe(prepared, principal, AcceptedForms.of(scope))
        return (await self._executor.execute(prepared, principal)).encode(self._max_response_bytes)

    async def _handle(self, request: Request) -> Response:
        forms = AcceptedForms.of(request.scope)
        try:
            return await self._execute(request, forms)
        except BadRequest as error:
            return _error_response(error, forms.json or JSON)

    async def _execute(self, request: Request, forms: AcceptedForms) -> Response:
        if request.method not in ("GET", "POST"):
            raise BadRequest(405, f"GraphQL takes GET and POST, not {request.method}.", {"Allow": "GET, POST"})
        only_query = request.method == "GET"
        if only_query and self._editor and forms.is_browser:
            return self._editor
        if forms.result is None and forms.stream is None:
            raise _not_acceptable()
        authorization = request.headers.getlist("authorization")
        principal = await authenticate_caller(request.scope, authorization, self._tokens)
        operation = await read_request(request, self._max_body_bytes)
        prepared = await self._executor.prepare(operation, principal, only_query=only_query)
        if isinstance(prepared, GraphQLResult):
            return self._respond(prepared, forms)
        if prepared.is_subscription:
            return await self._subscribe(prepared, principal, forms)
        if forms.result is None:
            raise _not_acceptable()
        return self._respond(await self._executor.execute(prepared, principal), forms)

    def _respond(self, result: GraphQLResult, forms: AcceptedForms) -> Response:
        content = result.encode(self._max_response_bytes)
        if forms.single is not None:
            return single_response(content, forms.single)
        media_type = forms.json or JSON
        return _response(content, _status(result, media_type), media_type, {})

    async def _subscribe(
        self, prepared: PreparedOperation, principal: Principal | None, forms: AcceptedForms
    ) -> Response:
        if forms.stream is None:
            raise BadRequest(406, _NEEDS_A_STREAM, _VARY)
        stream = await open_stream(self._executor, prepared, principal)
        if isinstance(stream, GraphQLResult):
            return single_response(stream.encode(self._max_response_bytes), forms.stream)
        return stream_response(stream, forms.stream, self._pulse, None if principal is None else principal.expires_at)


def _status(result: GraphQLResult, media_type: str) -> int:
    """Return the HTTP status. As application/json it is 200 for every well-formed request (GraphQL over HTTP)."""
    return 200 if result.executed or media_type == JSON else 400


def _not_acceptable() -> BadRequest:
    return BadRequest(406, f"The answer is {JSON}, {GRAPHQL_RESPONSE} or {EVENT_STREAM.media_type}.", _VARY)


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
