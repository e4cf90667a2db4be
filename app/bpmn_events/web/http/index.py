"""The index at ``/``: links to the parts of the server."""

from html import escape

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bpmn_events.web.http.operation import Operation, ResponseDescription
from bpmn_events.web.http.pages import PAGE_HEADERS
from bpmn_events.web.http.routing import EncodedRoute

# Relative to the index, which may have any address (RFC 3986, section 5).
_LINKS = {
    "graphql": "graphql",
    "openapi": "openapi.json",
    "health": "healthz",
    "readiness": "readyz",
    "metrics": "metrics",
}
_OPERATION = Operation(
    "index",
    "Links to the parts of the server",
    "The links as JSON, or as an HTML page for a browser.",
    [
        ResponseDescription(
            "The links.",
            {
                "type": "object",
                "required": ["name", "links"],
                "properties": {
                    "name": {"type": "string"},
                    "links": {"type": "object", "additionalProperties": {"type": "string"}},
                },
            },
        )
    ],
    tag="server",
)


def routes() -> list[BaseRoute]:
    """Return the route of the index."""
    return [EncodedRoute("/", index, {"GET": _OPERATION})]


async def index(request: Request) -> Response:
    """Return the links, as an HTML page if the request accepts one, otherwise as JSON."""
    if "text/html" in request.headers.get("accept", ""):
        return Response(_page(), headers=PAGE_HEADERS, media_type="text/html")
    content = msgspec.json.encode({"name": "BPMN Events", "links": _LINKS})
    return Response(content, headers=PAGE_HEADERS, media_type="application/json")


def _page() -> str:
    items = "".join(f'<li><a href="{escape(path)}">{escape(name)}</a></li>' for name, path in _LINKS.items())
    return f'<!doctype html><html lang="en"><title>BPMN Events</title><h1>BPMN Events</h1><ul>{items}</ul></html>'
