"""The path prefix under which a proxy publishes the server, such as ``/bpmn``.

It is removed from the path of a request before anything else reads the path. The proxy may have removed it or not.
"""

from collections.abc import Sequence
from urllib.parse import quote, unquote

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount
from starlette.types import Receive, Scope, Send

from bpmn_events.web.http.routing import ROOT_PATH, DescribedRoute


class RootPath:
    """The prefix.

    Args:
        path: The prefix in the settings, percent-encoded; if it is empty, that of the ASGI server counts.
        routes: The routes of the application. They recognize a path that only seems to begin with the prefix:
            ``/api/consumer/v1`` behind a proxy that has removed the prefix ``/api``.
    """

    def __init__(self, path: str, routes: Sequence[BaseRoute]) -> None:
        self.path = path
        self._routes = routes
        self._first_segments = {_first_segment(_path(route)) for route in routes}

    def remove_from(self, scope: Scope) -> None:
        """Remove the prefix from the path of a request or WebSocket. Put it under ``ROOT_PATH`` into the scope."""
        outer = scope.get("root_path", "")
        prefix = self.path or outer
        if not prefix or scope["type"] == "lifespan":
            return
        path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
        path = _remove(outer, path)  # the ASGI server has added it, or an application in which this one is mounted
        if not self._is_route(path, prefix, scope):
            path = _remove(prefix, path)
        scope.update(_path_members(path))
        scope[ROOT_PATH] = self.path or quote(outer, safe="/%")

    def _is_route(self, path: str, prefix: str, scope: Scope) -> bool:
        """Return True if the path is that of a route although it may begin with the prefix."""
        if _first_segment(prefix) not in self._first_segments:
            return False
        probe = {**scope, **_path_members(path)}
        return any(route.matches(probe)[0] is not Match.NONE for route in self._routes)


async def not_found(scope: Scope, receive: Receive, send: Send) -> None:
    """Redirect from the prefix without a slash to the index, whose links are relative.

    Raises:
        HTTPException: 404, the path is another one.
    """
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1000})  # before the handshake, hence a 403 response
        return
    if scope["path"]:
        raise HTTPException(404)
    await Response(status_code=308, headers={"Location": f"{scope[ROOT_PATH]}/"})(scope, receive, send)


def _remove(prefix: str, path: str) -> str:
    """Return the encoded path without the prefix, or the path itself. An encoded slash separates no segments."""
    if path.startswith(f"{prefix}/"):
        return path[len(prefix) :]
    if "%" not in path and path != prefix:
        return path
    count = prefix.count("/") + 1
    segments = path.split("/", count)
    if unquote("/".join(segments[:count])) != unquote(prefix):
        return path
    return "".join(f"/{rest}" for rest in segments[count:])


def _path_members(path: str) -> Scope:
    """Return the members of a scope for this encoded path."""
    return {"path": unquote(path) if "%" in path else path, "raw_path": path.encode("latin-1"), "root_path": ""}


def _path(route: BaseRoute) -> str:
    if isinstance(route, DescribedRoute):
        return route.described_path
    return route.path if isinstance(route, Mount) else "/"


def _first_segment(path: str) -> str:
    return path.split("/", 2)[1]
