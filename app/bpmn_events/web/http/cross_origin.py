"""Requests by web pages of other origins (CORS, Fetch Standard, section 3.3)."""

from collections.abc import Collection, Iterable

from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

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


def allow_origins(origins: Collection[str], routes: Iterable[BaseRoute], app: ASGIApp) -> ASGIApp:
    """Return the application for pages of these origins, too: the application itself if there are none.

    Browsers send no cookies or other stored credentials, which the server would ignore. They may send requests from an
    allowed origin to this server in a private network.
    """
    if not origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=frozenset(origins),
        allow_methods=_methods(routes),
        allow_headers=ALLOWED_HEADERS,
        expose_headers=EXPOSED_HEADERS,
        allow_private_network=True,
        max_age=_MAX_AGE_SECONDS,
    )


def _methods(routes: Iterable[BaseRoute]) -> list[str]:
    described = [route.operations for route in routes if isinstance(route, DescribedRoute)]
    return sorted({"HEAD", *(method for operations in described for method in operations)})
