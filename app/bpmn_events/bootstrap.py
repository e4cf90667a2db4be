"""The composition root: the only module that imports both the adapters and the web layer.

``build`` creates everything from the settings, for the server, the command line and the tests. It opens no connection:
the first statement does. ``Runtime.running`` starts and stops the background loops in the right order.
"""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from starlette.applications import Starlette

from bpmn_events.adapters.hosts.embedded.engine import EmbeddedEngine
from bpmn_events.adapters.hosts.embedded.hook_expressions import compile_hook_expression
from bpmn_events.adapters.hosts.embedded.host import EmbeddedHost
from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.adapters.storage.database import Database, open_database
from bpmn_events.adapters.workers.shared_cells import SharedCells
from bpmn_events.application.background.outbox import Outbox
from bpmn_events.application.background.retention import Retention, RetentionTimes
from bpmn_events.application.background.start_timers import StartTimers
from bpmn_events.application.background.supervisor import Supervisor
from bpmn_events.application.background.timers import Timers
from bpmn_events.application.changes.subscriptions import SubscriptionLimits, Subscriptions
from bpmn_events.application.changes.tail import ChangeTail
from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.counters import Counters
from bpmn_events.application.demo import StartDemo
from bpmn_events.application.hooks.deliveries import Deliveries
from bpmn_events.application.ports.cells import Cells
from bpmn_events.application.ports.clock import Clock, utc_now
from bpmn_events.application.ports.outbox_delivery import OutboxDelivery
from bpmn_events.application.ports.tokens import Tokens
from bpmn_events.application.ports.tracing import Tracer
from bpmn_events.application.rate_limits import REQUESTS, TRIGGERS, RateLimits
from bpmn_events.application.services import Services, build_services
from bpmn_events.application.tallies import LocalCells
from bpmn_events.application.telemetry import Telemetry
from bpmn_events.application.tickets import Tickets
from bpmn_events.application.tracing.background import StartTimerUseCase, TimerUseCase, TracedDelivery, TracedRetention
from bpmn_events.application.tracing.use_case import trace_services
from bpmn_events.application.tracing.writer import TracedWriter
from bpmn_events.application.use_case import UseCase
from bpmn_events.application.writing.probe import WriteProbe
from bpmn_events.application.writing.writer import Writer
from bpmn_events.config import InvalidSettings, Settings
from bpmn_events.credentials import build_tokens
from bpmn_events.database import migrate_database, warn_of_readers
from bpmn_events.domain.payload import PayloadLimits
from bpmn_events.samples import DEMO_INSTANCES, sample_files
from bpmn_events.settings.hooks.loading import LoadedHooks, load_hooks
from bpmn_events.settings.hooks.reading import BadHookFiles
from bpmn_events.settings.hooks.sources import HookSources
from bpmn_events.settings.prefix import PREFIX
from bpmn_events.web.asgi import build_app
from bpmn_events.web.http.protocol.limits import allow_connections
from bpmn_events.web.streams.pulse import Pulse
from bpmn_events.web_options import build_graphql, web_options

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Runtime:
    """The use cases, and the parts that serve them, such as the database, the writer and the loops."""

    services: Services
    database: Database
    schemas: JsonSchemas
    writer: Writer
    host: EmbeddedHost
    timers: Timers
    start_timers: StartTimers
    outbox: Outbox
    retention: Retention
    change_tail: ChangeTail
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
            self.supervisor.start("start_timers", self.start_timers.run)
            self.supervisor.start("deliveries", self.outbox.run)
            self.supervisor.start("housekeeping", self.retention.run)
            self.supervisor.start("changes", self.change_tail.run)
            yield services


def build(
    settings: Settings,
    *,
    tokens: Tokens | None = None,
    clock: Clock = utc_now,
    telemetry: Telemetry | None = None,
    rate_limits: RateLimits | None = None,
) -> Runtime:
    """Build the runtime over the database of the settings. Tests pass their own tokens and clock.

    A command of the command line has no telemetry and no rate limits. Without a tracer, no part of the runtime knows
    about tracing.

    Raises:
        BadDatabaseUrl, InvalidSettings, WeakSecret, OSError: A setting cannot be used.
    """
    telemetry = telemetry or Telemetry()
    tracer = telemetry.tracer
    database = open_database(settings.database_url, timeout_seconds=settings.database_timeout_seconds)
    counters = Counters(telemetry.cells)
    read_store = database.read_store
    writer = _writer(settings, database, clock, counters, tracer)
    schemas = JsonSchemas(max_payload_bytes=settings.max_payload_bytes)
    host = EmbeddedHost(
        writer, EmbeddedEngine(schemas), read_store, schemas, clock, max_instance_bytes=settings.max_instance_bytes
    )
    limits = PayloadLimits(settings.max_payload_bytes, settings.max_payload_depth)
    tail = ChangeTail(database.change_feed)
    subscription_limits = SubscriptionLimits(settings.max_subscriptions_per_caller, settings.max_subscriptions)
    services = build_services(
        host,
        read_store,
        tokens or build_tokens(settings),
        limits,
        clock,
        counters,
        Subscriptions(read_store, database.change_feed, tail, subscription_limits),
        Tickets(writer, clock, timedelta(seconds=settings.ticket_seconds)),
        rate_limits,
    )
    fire_start = UseCase(host.fire_start_timer, limits)
    trigger, times = services.trigger_event, _retention_times(settings)
    delivery: OutboxDelivery = host.outbox_delivery
    if tracer is None:
        retention = Retention(writer, database.change_feed, times, clock)
    else:
        trigger, delivery = TimerUseCase(trigger, tracer), TracedDelivery(delivery, tracer)
        fire_start = StartTimerUseCase(fire_start, tracer)
        retention = TracedRetention(tracer, writer, database.change_feed, times, clock)
        services = trace_services(services, tracer)
    timers = Timers(read_store, trigger, writer, clock)
    start_timers = StartTimers(read_store, fire_start, writer, clock)
    outbox = Outbox(read_store, delivery, clock)
    for listener in (counters.on_commit, timers.on_commit, start_timers.on_commit, outbox.on_commit, tail.on_commit):
        writer.add_commit_listener(listener)
    if telemetry.audit_log is not None:
        writer.add_commit_listener(telemetry.audit_log.on_commit)
    return Runtime(
        services, database, schemas, writer, host, timers, start_timers, outbox, retention, tail, Supervisor(), counters
    )


def _writer(settings: Settings, database: Database, clock: Clock, counters: Counters, tracer: Tracer | None) -> Writer:
    if tracer is None:
        return Writer(database.write_store, clock=clock, max_queue=settings.max_queued_commands, counters=counters)
    system = "sqlite" if settings.is_sqlite else "postgresql"
    return TracedWriter(
        tracer,
        system,
        store=database.write_store,
        clock=clock,
        max_queue=settings.max_queued_commands,
        counters=counters,
    )


def build_asgi(
    settings: Settings,
    *,
    demo: bool = False,
    is_migrated: bool = False,
    tokens: Tokens | None = None,
    on_ready: Callable[[], None] | None = None,
    telemetry: Telemetry | None = None,
) -> Starlette:
    """Build the server as an ASGI application. Its lifespan migrates the database and runs the background loops.

    The process may open the files for its connections from now on.

    ``is_migrated`` is True if the caller migrates the database before the server starts. ``on_ready`` is called once,
    at the end of the startup and before the first request.

    Raises:
        InvalidSettings: The trusted documents, the file of secrets or the hooks cannot be used.
        BadDatabaseUrl, WeakSecret, OSError: As ``build``.
    """
    telemetry = telemetry or Telemetry()
    hooks = _hooks(settings)
    rate_limits = _rate_limits(settings, telemetry.cells)
    runtime = build(settings, tokens=tokens, telemetry=telemetry, rate_limits=rate_limits)
    options = web_options(settings)
    allow_connections(options.http.max_connections)
    pulse = Pulse(options.streams)
    endpoint = build_graphql(settings, runtime.services, pulse)

    @asynccontextmanager
    async def lifespan(application: Starlette) -> AsyncIterator[None]:
        if not is_migrated:
            await migrate_database(settings)
        warn_of_readers(settings)
        for warning in hooks.warnings:
            logger.warning(warning)
        async with AsyncExitStack() as stack:
            if telemetry.tracer is not None:
                stack.push_async_callback(telemetry.tracer.close, settings.shutdown_seconds)
            services = await stack.enter_async_context(runtime.running())
            if demo:
                await start_demo(services)
            if on_ready is not None:
                on_ready()
            yield

    return build_app(
        runtime.services,
        options,
        endpoint,
        runtime.supervisor.liveness,
        WriteProbe(runtime.writer),
        lifespan,
        telemetry,
        runtime.writer.queue_length,
        rate_limits,
        pulse,
        Deliveries(hooks.by_name, runtime.services, telemetry.cells),
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
async def open_watching(settings: Settings) -> AsyncIterator[Services]:
    """As ``open_services``, for a command that watches: its subscriptions receive the changes of all processes."""
    async with open_runtime(settings) as runtime, AsyncExitStack() as stack:
        stack.push_async_callback(runtime.supervisor.stop)
        runtime.supervisor.start("changes", runtime.change_tail.run)
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
        changes=timedelta(hours=settings.changes_hours),
        max_changes=settings.max_changes,
        ended_executions=settings.ended_instances_time,
        unused_versions=settings.unused_versions_time,
    )


def _hooks(settings: Settings) -> LoadedHooks:
    if settings.hooks is None:
        return LoadedHooks()
    try:
        return load_hooks(HookSources(settings.hooks, settings.variable, compile_hook_expression))
    except BadHookFiles as error:
        raise InvalidSettings(f"{PREFIX}HOOKS: {error}") from None


def _rate_limits(settings: Settings, cells: Cells) -> RateLimits:
    quotas = {REQUESTS: settings.rate_limit_requests, TRIGGERS: settings.rate_limit_triggers}
    return RateLimits(quotas, monotonic, cells)
