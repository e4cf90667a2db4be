"""The composition root: the only module that imports both the adapters and the web layer.

``build`` creates everything from the settings, for the server, the command line and the tests. It opens no connection:
the first statement does. ``Runtime.running`` starts and stops the background loops in the right order.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic

from starlette.applications import Starlette

from bpmn_events.adapters.hosts.embedded.engine import EmbeddedEngine
from bpmn_events.adapters.hosts.embedded.host import EmbeddedHost
from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.adapters.storage.database import Database, open_database
from bpmn_events.adapters.workers.shared_cells import SharedCells
from bpmn_events.application.audit import AuditLog
from bpmn_events.application.background.outbox import Outbox
from bpmn_events.application.background.retention import Retention, RetentionTimes
from bpmn_events.application.background.supervisor import Supervisor
from bpmn_events.application.background.timers import Timers
from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.counters import Counters
from bpmn_events.application.demo import StartDemo
from bpmn_events.application.ports.cells import Cells
from bpmn_events.application.ports.clock import Clock
from bpmn_events.application.ports.event_log import EventLog
from bpmn_events.application.ports.outbox_delivery import OutboxDelivery
from bpmn_events.application.ports.tokens import Tokens
from bpmn_events.application.ports.tracing import Tracer
from bpmn_events.application.rate_limits import REQUESTS, TRIGGERS, RateLimits
from bpmn_events.application.services import Services, build_services
from bpmn_events.application.tallies import LocalCells
from bpmn_events.application.tracing.background import TimerUseCase, TracedDelivery, TracedRetention
from bpmn_events.application.tracing.use_case import trace_services
from bpmn_events.application.tracing.writer import TracedWriter
from bpmn_events.application.writing.probe import WriteProbe
from bpmn_events.application.writing.writer import Writer
from bpmn_events.config import InvalidSettings, Settings
from bpmn_events.credentials import build_tokens
from bpmn_events.database import migrate_database, warn_of_readers
from bpmn_events.domain.payload import PayloadLimits
from bpmn_events.samples import DEMO_INSTANCES, sample_files
from bpmn_events.settings.prefix import PREFIX
from bpmn_events.web.asgi import Logs, WebOptions, build_app
from bpmn_events.web.gql.endpoint.endpoint import COMPILE_AT_EXECUTION, GraphQLEndpoint
from bpmn_events.web.gql.execution.limits import GraphQLLimits
from bpmn_events.web.gql.execution.preparation import DocumentOptions
from bpmn_events.web.gql.execution.trusted import BadTrustedDocuments, TrustedDocuments, read_documents
from bpmn_events.web.http.protocol.limits import HttpLimits


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Runtime:
    """The use cases, and the parts that serve them, such as the database, the writer and the loops."""

    services: Services
    database: Database
    schemas: JsonSchemas
    writer: Writer
    host: EmbeddedHost
    timers: Timers
    outbox: Outbox
    retention: Retention
    supervisor: Supervisor
    counters: Counters

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Services]:
        """Yield the use cases. On exit, finish the submitted commands, then close the database.

        Commands that wait for the check of a payload are refused instead.
        """
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.database.close)
            stack.push_async_callback(self.writer.close)
            stack.push_async_callback(self.schemas.close)
            yield self.services

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Services]:
        """Yield the use cases while the background loops run. On exit, stop the loops before the writer they use."""
        async with self.open() as services, AsyncExitStack() as stack:
            stack.push_async_callback(self.supervisor.stop)
            self.supervisor.start("timers", self.timers.run)
            self.supervisor.start("deliveries", self.outbox.run)
            self.supervisor.start("housekeeping", self.retention.run)
            yield services


def build(
    settings: Settings,
    *,
    tokens: Tokens | None = None,
    clock: Clock = utc_now,
    cells: Cells | None = None,
    rate_limits: RateLimits | None = None,
    tracer: Tracer | None = None,
) -> Runtime:
    """Build the runtime over the database of the settings. Tests pass their own tokens and clock.

    The counters are in ``cells``, if these are given. A command of the command line has no rate limits. Without a
    tracer, no part of the runtime knows about tracing.

    Raises:
        BadDatabaseUrl, InvalidSettings, WeakSecret, OSError: A setting cannot be used.
    """
    database = open_database(settings.database_url, timeout_seconds=settings.database_timeout_seconds)
    counters = Counters(cells)
    read_store = database.read_store
    writer = _writer(settings, database, counters, tracer)
    schemas = JsonSchemas(max_payload_bytes=settings.max_payload_bytes)
    host = EmbeddedHost(
        writer, EmbeddedEngine(schemas), read_store, schemas, clock, max_instance_bytes=settings.max_instance_bytes
    )
    limits = PayloadLimits(settings.max_payload_bytes, settings.max_payload_depth)
    services = build_services(host, read_store, tokens or build_tokens(settings), limits, clock, counters, rate_limits)
    trigger, times = services.trigger_event, _retention_times(settings)
    delivery: OutboxDelivery = host.outbox_delivery
    if tracer is None:
        retention = Retention(writer, times, clock)
    else:
        trigger, delivery = TimerUseCase(trigger, tracer), TracedDelivery(delivery, tracer)
        retention = TracedRetention(tracer, writer, times, clock)
        services = trace_services(services, tracer)
    timers = Timers(read_store, trigger, writer, clock)
    outbox = Outbox(read_store, delivery, clock)
    for listener in (counters.on_commit, timers.on_commit, outbox.on_commit):
        writer.add_commit_listener(listener)
    return Runtime(services, database, schemas, writer, host, timers, outbox, retention, Supervisor(), counters)


def _writer(settings: Settings, database: Database, counters: Counters, tracer: Tracer | None) -> Writer:
    if tracer is None:
        return Writer(database.write_store, max_queue=settings.max_queued_commands, counters=counters)
    system = "sqlite" if settings.is_sqlite else "postgresql"
    return TracedWriter(
        tracer, system, store=database.write_store, max_queue=settings.max_queued_commands, counters=counters
    )


def build_asgi(
    settings: Settings,
    *,
    demo: bool = False,
    is_migrated: bool = False,
    tokens: Tokens | None = None,
    on_ready: Callable[[], None] | None = None,
    event_log: EventLog | None = None,
    cells: Cells | None = None,
    tracer: Tracer | None = None,
) -> Starlette:
    """Build the server as an ASGI application. Its lifespan migrates the database and runs the background loops.

    ``is_migrated`` is True if the caller migrates the database before the server starts. ``on_ready`` is called once,
    at the end of the startup and before the first request. ``event_log`` receives the lines of the access log and the
    audit log, as far as the settings turn them on. The application closes the ``tracer`` when it stops.

    Raises:
        InvalidSettings: The trusted documents or the file of secrets cannot be used.
        BadDatabaseUrl, WeakSecret, OSError: As ``build``.
    """
    cells = cells or LocalCells()
    rate_limits = _rate_limits(settings, cells)
    runtime = build(settings, tokens=tokens, cells=cells, rate_limits=rate_limits, tracer=tracer)
    logs = _logs(settings, event_log)
    if logs.audit is not None:
        runtime.writer.add_commit_listener(logs.audit.on_commit)
    endpoint = _graphql(settings, runtime.services)

    @asynccontextmanager
    async def lifespan(application: Starlette) -> AsyncIterator[None]:
        if not is_migrated:
            await migrate_database(settings)
        warn_of_readers(settings)
        async with AsyncExitStack() as stack:
            if tracer is not None:
                stack.push_async_callback(tracer.close, settings.shutdown_seconds)
            services = await stack.enter_async_context(runtime.running())
            if demo:
                await start_demo(services)
            if on_ready is not None:
                on_ready()
            yield

    return build_app(
        runtime.services,
        _web_options(settings),
        endpoint,
        runtime.supervisor.liveness,
        WriteProbe(runtime.writer),
        lifespan,
        runtime.counters.cells,
        runtime.writer.queue_length,
        rate_limits,
        logs,
        tracer,
    )


def _logs(settings: Settings, event_log: EventLog | None) -> Logs:
    return Logs(
        access=event_log if settings.access_log else None,
        audit=AuditLog(event_log) if event_log is not None and settings.audit_log else None,
    )


def open_cells(settings: Settings) -> Cells:
    """Return the numbers of this server process, which the processes with the same metrics folder share.

    Raises:
        OSError: The folder cannot be written.
    """
    return LocalCells() if settings.metrics_folder is None else SharedCells(settings.metrics_folder)


async def start_demo(services: Services) -> None:
    """Deploy the sample processes, and start the sample instances that wait in them."""
    commands = [
        StartInstance(instance.process_model_key, instance.correlation_id, payload=instance.payload)
        for instance in DEMO_INSTANCES
    ]
    await StartDemo(services)([path.read_text("utf-8") for path in sample_files()], commands)


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Migrate the database and yield the use cases for one command. No background loops run: the server has them."""
    async with open_runtime(settings) as runtime:
        yield runtime.services


@asynccontextmanager
async def open_runtime(settings: Settings) -> AsyncIterator[Runtime]:
    """Migrate the database and yield the runtime, without background loops, for a command that needs its parts."""
    await migrate_database(settings)
    runtime = build(settings)
    async with runtime.open():
        yield runtime


def _retention_times(settings: Settings) -> RetentionTimes:
    return RetentionTimes(
        idempotency=timedelta(days=settings.idempotency_days),
        cancelled_events=timedelta(days=settings.cancelled_events_days),
        ended_executions=_days(settings.ended_instances_days),
        unused_versions=_days(settings.unused_versions_days),
    )


def _days(number: int | None) -> timedelta | None:
    return None if number is None else timedelta(days=number)


def _rate_limits(settings: Settings, cells: Cells) -> RateLimits:
    quotas = {REQUESTS: settings.rate_limit_requests, TRIGGERS: settings.rate_limit_triggers}
    return RateLimits(quotas, monotonic, cells)


def _web_options(settings: Settings) -> WebOptions:
    return WebOptions(
        max_body_bytes=settings.max_body_bytes,
        max_response_bytes=settings.max_response_bytes,
        graphiql=settings.graphiql,
        root_path=settings.root_path or "",
        http=HttpLimits(
            max_connections=settings.max_connections,
            keep_alive_seconds=settings.keep_alive_seconds,
            request_head_seconds=settings.request_head_seconds,
            request_body_seconds=settings.request_body_seconds,
            write_seconds=settings.write_seconds,
        ),
        cors_origins=settings.cors_origins,
        trusted_proxies=settings.trusted_proxies,
    )


def _graphql(settings: Settings, services: Services) -> GraphQLEndpoint:
    file = settings.graphql_trusted_documents
    try:
        return GraphQLEndpoint(
            services,
            limits=graphql_limits(settings),
            max_body_bytes=settings.max_body_bytes,
            graphiql=settings.graphiql,
            compile_at_execution=COMPILE_AT_EXECUTION if settings.graphql_compiled else None,
            options=document_options(settings),
            trusted=TrustedDocuments(read_documents(file) if file else None, only=settings.graphql_only_trusted),
        )
    except BadTrustedDocuments as error:
        raise InvalidSettings(f"{PREFIX}GRAPHQL_TRUSTED_DOCUMENTS: {error}") from None


def document_options(settings: Settings) -> DocumentOptions:
    """Return what the settings let GraphQL clients learn about the schema."""
    return DocumentOptions(introspection=settings.graphql_introspection, suggestions=settings.graphql_suggestions)


def graphql_limits(settings: Settings) -> GraphQLLimits:
    """Return the limits of GraphQL documents in the settings."""
    return GraphQLLimits(
        max_depth=settings.graphql_max_depth,
        max_aliases=settings.graphql_max_aliases,
        max_fields=settings.graphql_max_fields,
        max_cost=settings.graphql_max_cost,
        max_tokens=settings.graphql_max_tokens,
        max_characters=settings.graphql_max_characters,
        max_response_bytes=settings.max_response_bytes,
    )
