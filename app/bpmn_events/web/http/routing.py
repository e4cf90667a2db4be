"""Routes with descriptions: one for percent-encoded ids in the path, one for an ASGI application at one path.

Every route requires the descriptions of its operations, so that the OpenAPI document is complete.
"""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import unquote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bpmn_events.web.http.operation import Operation

# Keys in the scope of a request: the path template, and the path prefix that was removed from the path.
ROUTE = "bpmn_events.route"
ROOT_PATH = "bpmn_events.root_path"
# In place of the template, for a path without a route.
NO_ROUTE = "none"

Handler = Callable[[Request], Awaitable[Response]]


class DescribedRoute(BaseRoute):
    """A route with a description of the operation of each of its methods."""

    described_path: str
    operations: Mapping[str, Operation]


class EncodedRoute(DescribedRoute, Route):
    """A route that matches the encoded path: ``%2F`` is part of an id and no separator (RFC 3986, section 2.2)."""

    def __init__(self, path: str, handler: Handler, operations: Mapping[str, Operation]) -> None:
        super().__init__(path, handler, methods=list(operations))
        self.described_path = path
        self.operations = operations

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        raw_path = scope.get("raw_path")
        encoded_scope = {**scope, "path": raw_path.decode("latin-1")} if scope["type"] == "http" and raw_path else scope
        match, child_scope = super().matches(encoded_scope)
        return match, {**child_scope, ROUTE: self.described_path}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the handler. ``ErrorMiddleware`` handles its errors."""
        if self.methods and scope["method"] not in self.methods:
            return await super().handle(scope, receive, send)
        response = await self.endpoint(Request(scope, receive, send))
        await response(scope, receive, send)
        return None


class ApplicationRoute(DescribedRoute):
    """A route that passes every request and WebSocket at exactly this path to an ASGI application."""

    def __init__(self, path: str, application: ASGIApp, operations: Mapping[str, Operation]) -> None:
        self.described_path = self._path = path
        self.operations = operations
        self._application = application

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return (Match.FULL if scope["path"] == self._path else Match.NONE), {ROUTE: self._path}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._application(scope, receive, send)


def path_parameter(request: Request, name: str) -> str:
    """Return the decoded parameter.

    Raises:
        HTTPException: 400, the parameter is not percent-encoded UTF-8.
    """
    encoded: str = request.path_params[name]
    try:
        return unquote(encoded, errors="strict")
    except UnicodeDecodeError:
        raise HTTPException(400, f"{name} in the path is not percent-encoded UTF-8.") from None
