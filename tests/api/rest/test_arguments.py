"""Errors name an invalid argument as OpenAPI does: by its path or query parameter, or by its header."""

from typing import Any

import pytest

from bpmn_events.web.http.problems import CONSUMER_PREFIX
from tests.api.rest.client import RestClient

Headers = list[tuple[str, str]]

CASE = "/process_models/order/correlations/c-1"
TOO_LONG = "x" * 256
KEY = "Idempotency-Key"
# Method, path and headers of an invalid request, and the documented name of the invalid argument.
INVALID_ARGUMENTS: list[tuple[str, str, Headers, str]] = [
    ("post", f"{CASE}/events/ship/trigger", [(KEY, "")], KEY),
    ("post", f"{CASE}/events/ship/trigger", [(KEY, "a"), (KEY, "b")], KEY),
    ("post", f"{CASE}/events/ship/trigger?dry_run=yes", [], "dry_run"),
    ("post", f"{CASE}/user_tasks/approve/finish", [(KEY, TOO_LONG)], KEY),
    ("post", f"{CASE}/external_tasks/book/finish", [(KEY, TOO_LONG)], KEY),
    ("post", "/messages/%09/trigger", [], "name"),
    ("post", f"/signals/{TOO_LONG}/trigger", [], "name"),
    ("post", "/messages/paid/trigger", [(KEY, TOO_LONG)], KEY),
    ("post", "/messages/paid/trigger?correlation_id=", [], "correlation_id"),
    ("post", f"/signals/alarm/trigger?correlation_id={TOO_LONG}", [], "correlation_id"),
    ("post", "/messages/paid/trigger?correlation_id=a&correlation_id=b", [], "correlation_id"),
    ("post", "/signals/alarm/trigger?process_model_key=a&process_model_key=b", [], "process_model_key"),
    ("get", "/correlations/c-1/events?limit=x", [], "limit"),
    ("get", "/process_models/order/events?offset=-1", [], "offset"),
]
CONSUMER_API_PATHS: list[tuple[str, str, Headers, str]] = [
    ("post", f"{CONSUMER_PREFIX}/message/paid/trigger?correlation_id=%00", [], "correlation_id"),
    ("post", f"{CONSUMER_PREFIX}/signal/%00/trigger", [], "name"),
]


def documented_parameters(openapi: Any, method: str, path: str) -> set[str]:
    """Return the names of the parameters that a request to this path may have."""
    parts = path.partition("?")[0].split("/")
    (route,) = (
        route for route in openapi["paths"] if method in openapi["paths"][route] and matches_route(route, parts)
    )
    description = openapi["paths"][route]
    parameters = [*description.get("parameters", ()), *description[method].get("parameters", ())]
    return {parameter["name"] for parameter in parameters}


def matches_route(route: str, parts: list[str]) -> bool:
    names = route.split("/")
    return len(names) == len(parts) and all(
        name == part or name.startswith("{") for name, part in zip(names, parts, strict=True)
    )


@pytest.mark.parametrize(
    ("method", "path", "headers", "argument"),
    [
        *INVALID_ARGUMENTS,
        *((method, CONSUMER_PREFIX + path, headers, name) for method, path, headers, name in INVALID_ARGUMENTS),
        *CONSUMER_API_PATHS,
    ],
)
async def test_it_is_named_as_documented(
    ada: RestClient, method: str, path: str, headers: Headers, argument: str
) -> None:
    problem = (await ada.http.request(method, path, headers=[*ada.headers.items(), *headers])).json()
    assert (problem["code"], problem["argument"]) == ("BAD_USER_INPUT", argument)
    assert problem["detail"].startswith(f"{argument}: ")
    assert argument in documented_parameters((await ada.get("/openapi.json")).json(), method, path)
