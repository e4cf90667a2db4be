"""The composition root: the one place that knows both the adapters and the edges.

``build`` puts everything together from the settings, for the server, the command line and the tests alike. Nothing is
opened by building: the first statement connects. What has to be started and ended in order is ``Runtime.running``.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from starlette.applications import Starlette

from bpmn_events.adapters.hosts.embedded.engine import EmbeddedEngine
from bpmn_events.adapters.hosts.embedded.host import EmbeddedHost
from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.adapters.storage.database import Database, open_database
from bpmn_events.application.background.outbox import Outbox
from bpmn_events.application.background.retention import Retention, RetentionTimes
from bpmn_events.application.background.supervisor import Supervisor
from bpmn_events.application.background.timers import Timers
from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.counters import Counters
from bpmn_events.application.demo import StartDemo
from bpmn_events.application.ports.clock import Clock
from bpmn_events.application.ports.tokens import Tokens
from bpmn_events.application.services import Services, build_services
from bpmn_events.application.writing.writer import Writer
from bpmn_events.config import PREFIX, InvalidSettings, Settings
from bpmn_events.credentials import build_tokens
from bpmn_events.database import migrate_database
from bpmn_events.domain.payload import PayloadLimits
from bpmn_events.samples import DEMO_INSTANCES, sample_files
from bpmn_events.web.asgi import WebOptions, build_app
from bpmn_events.web.gql.endpoint.endpoint import COMPILE_AT_USE, GraphQLEndpoint
from bpmn_events.web.gql.execution.limits import GraphQLLimits
from bpmn_events.web.gql.execution.trusted import BadTrustedDocuments, TrustedDocuments, read_documents


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Runtime:
    """A product put together: its use cases, and what runs beneath them."""

    services: Services
    database: Database
    writer: Writer
    host: EmbeddedHost
    timers: Timers
    outbox: Outbox
    retention: Retention
    supervisor: Supervisor
    counters: Counters

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Services]:
        """The use cases over an open database. At the end, what was submitted is finished before it is closed."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.database.close)
            stack.push_async_callback(self.writer.close)
            yield self.services

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Services]:
        """As ``open``, with the background loops: they end first, because they submit to the writer."""
        async with self.open() as services, AsyncExitStack() as stack:
            stack.push_async_callback(self.supervisor.stop)
            self.supervisor.start("timers", self.timers.run)
            self.supervisor.start("deliveries", self.outbox.run)
            self.supervisor.start("housekeeping", self.retention.run)
            yield services


def build(settings: Settings, *, tokens: Tokens | None = None, clock: Clock = utc_now) -> Runtime:
    """Everything, over the database of the settings. Tests may bring their own tokens and clock.

    Raises:
        BadDatabaseUrl, WeakSecret, OSError: a setting turns out to be unusable.
    """
    database, counters = open_database(settings.database_url), Counters()
    read_store, writer = database.read_store, Writer(database.write_store, counters=counters)
    schemas = JsonSchemas()
    host = EmbeddedHost(writer, EmbeddedEngine(schemas), schemas, clock)
    limits = PayloadLimits(settings.max_payload_bytes, settings.max_payload_depth)
    services = build_services(host, read_store, tokens or build_tokens(settings), limits, clock, counters)
    timers = Timers(read_store, services.trigger_event, clock)
    outbox = Outbox(read_store, host.thrown_delivery, clock)
    retention = Retention(writer, _retention_times(settings), clock)
    for listener in (counters.on_commit, timers.on_commit, outbox.on_commit):
        writer.add_commit_listener(listener)
    return Runtime(services, database, writer, host, timers, outbox, retention, Supervisor(), counters)


def build_asgi(
    settings: Settings,
    *,
    demo: bool = False,
    tokens: Tokens | None = None,
    on_ready: Callable[[], None] | None = None,
) -> Starlette:
    """The server as an ASGI application. Its lifespan migrates the database and runs the background loops.

    ``on_ready`` is called once, when everything is there and the first request is yet to come.

    Raises:
        InvalidSettings: the trusted documents cannot be used.
        BadDatabaseUrl, WeakSecret, OSError: as ``build``.
    """
    runtime = build(settings, tokens=tokens)
    endpoint = _graphql(settings, runtime.services)

    @asynccontextmanager
    async def lifespan(application: Starlette) -> AsyncIterator[None]:
        await migrate_database(settings)
        async with runtime.running() as services:
            if demo:
                await start_demo(services)
            if on_ready is not None:
                on_ready()
            yield

    return build_app(
        runtime.services,
        WebOptions(settings.max_body_bytes, graphiql=settings.graphiql),
        endpoint,
        runtime.supervisor.liveness,
        lifespan,
        runtime.counters,
    )


async def start_demo(services: Services) -> None:
    """The sample processes deployed, and the sample cases waiting in them."""
    cases = [
        StartInstance(each.process_model_key, each.correlation_id, payload=each.payload) for each in DEMO_INSTANCES
    ]
    await StartDemo(services)([path.read_text("utf-8") for path in sample_files()], cases)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Services]:
    """The use cases for one command, over a database with current tables. Timers are left to the server."""
    await migrate_database(settings)
    async with build(settings).open() as services:
        yield services


def _retention_times(settings: Settings) -> RetentionTimes:
    return RetentionTimes(
        idempotency=timedelta(days=settings.idempotency_days),
        cancelled_events=timedelta(days=settings.cancelled_events_days),
    )


def _graphql(settings: Settings, services: Services) -> GraphQLEndpoint:
    file = settings.graphql_trusted_documents
    try:
        return GraphQLEndpoint(
            services,
            limits=graphql_limits(settings),
            max_body_bytes=settings.max_body_bytes,
            graphiql=settings.graphiql,
            compile_at_use=COMPILE_AT_USE if settings.graphql_compiled else None,
            trusted=TrustedDocuments(read_documents(file) if file else None, only=settings.graphql_only_trusted),
        )
    except BadTrustedDocuments as error:
        raise InvalidSettings(f"{PREFIX}GRAPHQL_TRUSTED_DOCUMENTS: {error}") from None


def graphql_limits(settings: Settings) -> GraphQLLimits:
    """Return the limits of GraphQL documents, as they are set."""
    return GraphQLLimits(
        max_depth=settings.graphql_max_depth,
        max_aliases=settings.graphql_max_aliases,
        max_fields=settings.graphql_max_fields,
        max_cost=settings.graphql_max_cost,
        max_tokens=settings.graphql_max_tokens,
    )
