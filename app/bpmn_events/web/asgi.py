"""The ASGI application: GraphQL, the plain HTTP API, health, metrics, and one error handler for all of them."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from bpmn_events.application.counters import Counters
from bpmn_events.application.ports.response_budget import DEFAULT_MAX_RESPONSE_BYTES
from bpmn_events.application.services import Services
from bpmn_events.web.gql.endpoint import graphiql
from bpmn_events.web.http import index
from bpmn_events.web.http.health import Health, Liveness, Probe
from bpmn_events.web.http.metrics import Metrics, RequestMetrics, RequestMetricsMiddleware
from bpmn_events.web.http.problems import ErrorMiddleware
from bpmn_events.web.http.routing import ROUTE, ApplicationRoute
from bpmn_events.web.openapi.document import routes as openapi_routes
from bpmn_events.web.openapi.graphql import OPERATIONS as GRAPHQL_OPERATIONS
from bpmn_events.web.rest.events import EventRoutes
from bpmn_events.web.rest.messages import MessageRoutes
from bpmn_events.web.rest.tasks import TaskRoutes

_GRAPHQL = "/graphql"
Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True)
class WebOptions:
    """The size limits of request bodies and responses, and whether the GraphiQL editor is served to browsers."""

    max_body_bytes: int = 1_048_576
    max_response_bytes: int = DEFAULT_MAX_RESPONSE_BYTES
    graphiql: bool = True


class _Application(Starlette):
    """Starlette's router with our error middleware in place of Starlette's two, which wrap every message.

    GraphQL requests, which are most, skip the router.
    """

    def __init__(self, graphql_app: ASGIApp, requests: RequestMetrics, **options: Any) -> None:
        super().__init__(**options)
        self._requests = requests
        self._graphql = RequestMetricsMiddleware(ErrorMiddleware(graphql_app), requests)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == _GRAPHQL and not scope.get("root_path"):
            scope.update({"app": self, ROUTE: _GRAPHQL})
            await self._graphql(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    def build_middleware_stack(self) -> ASGIApp:
        return RequestMetricsMiddleware(ErrorMiddleware(self.router), self._requests)


def build_app(
    services: Services,
    options: WebOptions,
    graphql_app: ASGIApp,
    liveness: Liveness,
    write_probe: Probe,
    lifespan: Lifespan | None = None,
    counters: Counters | None = None,
) -> Starlette:
    """Build the application. ``graphql_app`` receives every request and WebSocket at ``/graphql``."""
    count_retries = services.read_store.retry_counts
    metrics = Metrics(counters or Counters(), liveness, count_retries)
    routes = [
        ApplicationRoute(_GRAPHQL, graphql_app, GRAPHQL_OPERATIONS),
        *EventRoutes(services, options.max_body_bytes).routes(),
        *MessageRoutes(services, options.max_body_bytes).routes(),
        *TaskRoutes(services, options.max_body_bytes).routes(),
        *Health({"database": services.read_store.ping, "writing": write_probe}, liveness, count_retries).routes(),
        *metrics.routes(),
        *index.routes(),
        *(graphiql.routes() if options.graphiql else ()),
    ]
    application = _Application(
        graphql_app,
        routes=[*routes, *openapi_routes(routes)],
        requests=metrics.requests,
        lifespan=lifespan,
    )
    application.router.redirect_slashes = False
    application.state.services = services
    application.state.max_response_bytes = options.max_response_bytes
    return application
