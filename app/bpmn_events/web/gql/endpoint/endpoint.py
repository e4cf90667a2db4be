"""The endpoint: GraphQL over HTTP (draft), for POST, and for GET with queries only."""

from collections.abc import Sequence
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bpmn_events.application.services import Services
from bpmn_events.domain.errors import BadCredential
from bpmn_events.domain.principal import Principal
from bpmn_events.web.gql.endpoint import graphiql as editor
from bpmn_events.web.gql.endpoint.fast_path import FastPathRequest, received, send_json
from bpmn_events.web.gql.endpoint.requests import GRAPHQL_RESPONSE, HTML, JSON, accepted, parse_request, read_request
from bpmn_events.web.gql.execution.executor import Answer, Executor
from bpmn_events.web.gql.execution.limits import GraphQLLimits
from bpmn_events.web.gql.execution.request import BadRequest
from bpmn_events.web.gql.execution.trusted import TrustedDocuments
from bpmn_events.web.gql.schema.schema import build_schema
from bpmn_events.web.http.authentication import authenticate_header

COMPILE_AT_USE = 2
_DEFAULT_LIMITS = GraphQLLimits()


class GraphQLEndpoint:
    """An ASGI application. An operation is compiled when it comes for that many times; None: never.

    Raises:
        BadTrustedDocuments: one of them is not valid.
    """

    def __init__(
        self,
        services: Services,
        *,
        limits: GraphQLLimits = _DEFAULT_LIMITS,
        max_body_bytes: int = 1_048_576,
        graphiql: bool = True,
        compile_at_use: int | None = COMPILE_AT_USE,
        trusted: TrustedDocuments | None = None,
    ) -> None:
        trusted = trusted or TrustedDocuments()
        self._tokens = services.tokens
        self._executor = Executor(build_schema(), services, limits, compile_at_use, trusted)
        self._max_body_bytes = max_body_bytes
        self._editor = editor.page(only_trusted=trusted.only) if graphiql else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})  # before the handshake, so that it answers 403
            return
        post = FastPathRequest.of(scope, self._max_body_bytes)
        if post is None:
            response = await self.respond(Request(scope, receive))
            await response(scope, receive, send)
            return
        try:
            content = await self._respond_fast(post, receive)
        except BadRequest as refused:
            await _refusal(refused, JSON)(scope, receive, send)
        else:
            await send_json(send, content)

    async def _respond_fast(self, post: FastPathRequest, receive: Receive) -> bytes:
        principal = await self._caller(post.authorization)
        request = parse_request(await received(receive, self._max_body_bytes))
        return msgspec.json.encode((await self._executor.run(request, principal)).body)

    async def respond(self, request: Request) -> Response:
        try:
            return await self._respond(request)
        except BadRequest as refused:
            return _refusal(refused, _media_type(request) or JSON)

    async def _respond(self, request: Request) -> Response:
        if request.method not in ("GET", "POST"):
            raise BadRequest(405, f"GraphQL takes GET and POST, not {request.method}.", {"Allow": "GET, POST"})
        if request.method == "GET" and self._editor and accepted(request, (JSON, GRAPHQL_RESPONSE, HTML)) == HTML:
            return self._editor
        media_type = _media_type(request)
        if media_type is None:
            raise BadRequest(406, f"The answer is {JSON} or {GRAPHQL_RESPONSE}.")
        principal = await self._caller(request.headers.getlist("authorization"))
        operation = await read_request(request, self._max_body_bytes)
        answer = await self._executor.run(operation, principal, only_query=request.method == "GET")
        return _json(answer.body, _status(answer, media_type), media_type, {})

    async def _caller(self, authorization: Sequence[str]) -> Principal | None:
        try:
            return await authenticate_header(authorization, self._tokens)
        except BadCredential as error:
            reason = error.reason.replace("\\", "").replace('"', "'")
            challenge = f'Bearer error="invalid_token", error_description="{reason}"'
            raise BadRequest(401, error.message, {"WWW-Authenticate": challenge}) from None


def _media_type(request: Request) -> str | None:
    return accepted(request, (JSON, GRAPHQL_RESPONSE))


def _status(answer: Answer, media_type: str) -> int:
    """As application/json a well-formed request is answered by 200, whatever it held."""
    return 200 if answer.executed or media_type == JSON else 400


def _refusal(refused: BadRequest, media_type: str) -> Response:
    error = {"message": refused.message, "extensions": {"code": refused.code}}
    return _json({"errors": [error]}, refused.status, media_type, refused.headers)


def _json(body: dict[str, Any], status: int, media_type: str, headers: dict[str, str]) -> Response:
    content = msgspec.json.encode(body)
    return Response(
        content, status, {"Cache-Control": "no-store", **headers}, media_type=f"{media_type}; charset=utf-8"
    )
