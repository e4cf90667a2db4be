"""Requests by web pages of other origins (CORS, Fetch Standard, section 3.3)."""

from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from bpmn_events.web.http.fair_use import RATE_LIMIT_HEADERS
from bpmn_events.web.http.routing import DescribedRoute

ALLOWED_HEADERS = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "Last-Event-ID",
    "traceparent",
    "tracestate",
    "X-Request-ID",
)
EXPOSED_HEADERS = (*RATE_LIMIT_HEADERS, "Retry-After", "WWW-Authenticate", "X-Request-ID")
_MAX_AGE_SECONDS = 3600
_NOT_FOR_PAGES = "/hooks/"
_DEFAULT_PORTS = {"http": 80, "https": 443}


def allow_origins(origins: Collection[str], routes: Iterable[BaseRoute], app: ASGIApp) -> ASGIApp:
    """Return the application for pages of these origins, too: the application itself if there are none.

    Browsers send no cookies or other stored credentials, which the server would ignore. They may send requests from an
    allowed origin to this server in a private network. No page calls a hook: that is for the servers of providers.
    """
    if not origins:
        return app
    with_cors = CORSMiddleware(
        app,
        allow_origins=frozenset(origins),
        allow_methods=_methods(routes),
        allow_headers=ALLOWED_HEADERS,
        expose_headers=EXPOSED_HEADERS,
        allow_private_network=True,
        max_age=_MAX_AGE_SECONDS,
    )

    async def by_path(scope: Scope, receive: Receive, send: Send) -> None:
        is_for_pages = not scope.get("path", "").startswith(_NOT_FOR_PAGES)
        await (with_cors if is_for_pages else app)(scope, receive, send)

    return by_path


def is_allowed_origin(scope: Scope, origins: Collection[str]) -> bool:
    """Return True if a WebSocket comes from a page of one of these origins, or of this server, or from no page.

    Browsers let every page open a WebSocket, and tell its origin (RFC 6455, section 10.2).
    """
    headers = Headers(scope=scope)
    given = headers.getlist("origin")
    if len(given) != 1:
        return not given
    return given[0] in origins or _is_own(given[0], headers.get("host", ""))


def _is_own(origin: str, host: str) -> bool:
    """Return True if the origin has the host and the port that the client has connected to.

    A proxy may take away TLS, so that the scheme says nothing.
    """
    try:
        own, page = urlsplit(f"//{host.lower()}"), urlsplit(origin.lower())
        default = _DEFAULT_PORTS.get(page.scheme)
        return page.hostname is not None and (own.hostname, own.port or default) == (
            page.hostname,
            page.port or default,
        )
    except ValueError:  # a port that is no number
        return False


def _methods(routes: Iterable[BaseRoute]) -> list[str]:
    described = [route.operations for route in routes if isinstance(route, DescribedRoute)]
    return sorted({"HEAD", *(method for operations in described for method in operations)})
