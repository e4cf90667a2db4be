"""The ASGI application: GraphQL, the plain HTTP API, health, metrics, and one error handler for all of them."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from bpmn_events.application.hooks.deliveries import Deliveries
from bpmn_events.application.ports.response_budget import DEFAULT_MAX_RESPONSE_BYTES
from bpmn_events.application.ports.tracing import Tracer
from bpmn_events.application.rate_limits import RateLimits
from bpmn_events.application.services import Services
from bpmn_events.application.telemetry import Telemetry
from bpmn_events.web.gql.endpoint import graphiql
from bpmn_events.web.http import index
from bpmn_events.web.http.compression import CompressionMiddleware, compression_threads
from bpmn_events.web.http.cross_origin import allow_origins
from bpmn_events.web.http.fair_use import limit_callers
from bpmn_events.web.http.health import Health, Liveness, Probe
from bpmn_events.web.http.metrics import Metrics
from bpmn_events.web.http.monitoring.gauges import Gauges
from bpmn_events.web.http.monitoring.sockets import SocketMetrics
from bpmn_events.web.http.observation.access_log import AccessLog, RefusalAudit
from bpmn_events.web.http.observation.client_address import ClientAddresses, Network
from bpmn_events.web.http.observation.middleware import ObservationMiddleware, request_ids
from bpmn_events.web.http.observation.record import Observer
from bpmn_events.web.http.observation.tracing import TracingMiddleware
from bpmn_events.web.http.problems import ErrorMiddleware
from bpmn_events.web.http.protocol.limits import HttpLimits
from bpmn_events.web.http.protocol.state import ProtocolState
from bpmn_events.web.http.root_path import RootPath, not_found
from bpmn_events.web.http.routing import ROUTE, ApplicationRoute
from bpmn_events.web.openapi.document import routes as openapi_routes
from bpmn_events.web.openapi.graphql import OPERATIONS as GRAPHQL_OPERATIONS
from bpmn_events.web.rest.bulk.limits import BulkLimits
from bpmn_events.web.rest.bulk.route import BulkRoutes
from bpmn_events.web.rest.changes import ChangeRoutes
from bpmn_events.web.rest.events import EventRoutes
from bpmn_events.web.rest.hooks.routes import HookRoutes
from bpmn_events.web.rest.messages import MessageRoutes
from bpmn_events.web.rest.tasks import TaskRoutes
from bpmn_events.web.rest.tickets import TicketRoutes
from bpmn_events.web.streams.limits import StreamLimits
from bpmn_events.web.streams.pulse import Pulse

_GRAPHQL = "/graphql"
Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True)
class WebOptions:
    """The options of the HTTP application.

    Attributes:
        max_body_bytes: The size limit of request bodies.
        max_response_bytes: The size limit of responses.
        graphiql: Whether the GraphiQL editor is served to browsers.
        root_path: The path prefix under which a proxy publishes the server, or empty.
        http: The limits of connections, and of the time that a request may take to arrive.
        cors_origins: The other origins whose pages may send requests.
        trusted_proxies: The addresses of the proxies whose header ``X-Forwarded-For`` counts.
        streams: The limits of streams.
        bulk: The limits of bodies with many triggers.
    """

    max_body_bytes: int = 1_048_576
    max_response_bytes: int = DEFAULT_MAX_RESPONSE_BYTES
    graphiql: bool = True
    http: HttpLimits = field(default_factory=HttpLimits)
    root_path: str = ""
    cors_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[Network, ...] = ()
    streams: StreamLimits = field(default_factory=StreamLimits)
    bulk: BulkLimits = field(default_factory=BulkLimits)


class _Application(Starlette):
    """Starlette's router with our error middleware in place of Starlette's two, which wrap every message.

    GraphQL requests, which are most, skip the router. The lifespan hands the protocol state to the connections of the
    server, if the server supports this.
    """

    def __init__(
        self,
        graphql_app: ASGIApp,
        observers: Sequence[Observer],
        protocol_state: ProtocolState,
        options: WebOptions,
        rate_limits: RateLimits | None,
        tracer: Tracer | None,
        **settings: Any,
    ) -> None:
        super().__init__(**settings)
        self._observers = observers
        self._new_request_id = request_ids()
        self._protocol_state = protocol_state
        self._options = options
        self._rate_limits = rate_limits
        self._tracer = tracer
        self._root_path = RootPath(options.root_path, self.routes)
        self._threads = compression_threads()
        self._graphql = self._wrap(graphql_app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._root_path.path or scope.get("root_path"):
            self._root_path.remove_from(scope)
        if scope["type"] == "http" and scope["path"] == _GRAPHQL:
            scope.update({"app": self, ROUTE: _GRAPHQL})
            await self._graphql(scope, receive, send)
        else:
            if scope["type"] == "lifespan" and "state" in scope:
                self._protocol_state.publish(scope["state"])
            await super().__call__(scope, receive, send)

    def build_middleware_stack(self) -> ASGIApp:
        return self._wrap(self.router)

    def _wrap(self, app: ASGIApp) -> ASGIApp:
        app = CompressionMiddleware(ErrorMiddleware(app), self._threads)
        app = limit_callers(self._rate_limits, app)
        app = allow_origins(self._options.cors_origins, self.routes, app)
        if self._tracer is not None:
            app = TracingMiddleware(app, self._tracer)
        addresses = ClientAddresses(self._options.trusted_proxies)
        return ObservationMiddleware(app, addresses, self._observers, self._new_request_id)


def build_app(
    services: Services,
    options: WebOptions,
    graphql_app: ASGIApp,
    liveness: Liveness,
    write_probe: Probe,
    lifespan: Lifespan | None = None,
    telemetry: Telemetry | None = None,
    queue_length: Callable[[], int] = int,
    rate_limits: RateLimits | None = None,
    pulse: Pulse | None = None,
    deliveries: Deliveries | None = None,
) -> Starlette:
    """Build the application. ``graphql_app`` receives every request and WebSocket at ``/graphql``.

    ``queue_length`` returns how many commands wait to be written. ``pulse`` is that of all streams of the process.
    ``deliveries`` are those to the hooks of the server; without them, it has no hook.
    """
    telemetry = telemetry or Telemetry()
    pulse = pulse or Pulse(options.streams)
    cells = telemetry.cells
    protocol_state = ProtocolState(options.http, cells)
    count_retries = services.read_store.retry_counts
    health = Health({"database": services.read_store.ping, "writing": write_probe}, liveness, count_retries)
    gauges = Gauges(cells, liveness, queue_length, lambda: services.subscriptions.count, pulse.count_by_transport)
    metrics = Metrics(cells, gauges, health, count_retries)
    routes = [
        ApplicationRoute(_GRAPHQL, graphql_app, GRAPHQL_OPERATIONS),
        *BulkRoutes(services, options.bulk).routes(),
        *EventRoutes(services, options.max_body_bytes).routes(),
        *MessageRoutes(services, options.max_body_bytes).routes(),
        *TaskRoutes(services, options.max_body_bytes).routes(),
        *ChangeRoutes(services, pulse).routes(),
        *TicketRoutes(services).routes(),
        *HookRoutes(deliveries or Deliveries({}, services, cells), options.max_body_bytes).routes(),
        *health.routes(),
        *metrics.routes(),
        *index.routes(),
        *(graphiql.routes() if options.graphiql else ()),
    ]
    application = _Application(
        graphql_app,
        routes=[*routes, *openapi_routes(routes)],
        observers=_observers(metrics, telemetry, protocol_state),
        protocol_state=protocol_state,
        options=options,
        rate_limits=rate_limits,
        tracer=telemetry.tracer,
        lifespan=lifespan and _with_gauges(lifespan, gauges),
    )
    application.router.redirect_slashes = False
    application.router.default = not_found
    application.state.services = services
    application.state.max_response_bytes = options.max_response_bytes
    return application


def _observers(metrics: Metrics, telemetry: Telemetry, protocol_state: ProtocolState) -> list[Observer]:
    observers: list[Observer] = [metrics.requests.observe, SocketMetrics(telemetry.cells).observe]
    if telemetry.access_log is not None:
        access_log = AccessLog(telemetry.access_log)
        observers.append(access_log)
        protocol_state.on_refusal = access_log.write_refused
    if telemetry.audit_log is not None:
        observers.append(RefusalAudit(telemetry.audit_log))
    return observers


def _with_gauges(lifespan: Lifespan, gauges: Gauges) -> Lifespan:
    """Return the lifespan, during which the gauges are kept current."""

    @asynccontextmanager
    async def both(application: Starlette) -> AsyncIterator[None]:
        async with lifespan(application), gauges.kept_current():
            yield

    return both
