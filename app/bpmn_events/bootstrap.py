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
from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.adapters.storage.database import Database, open_database
from bpmn_events.adapters.storage.schema.migrate import migrate
from bpmn_events.application.background.outbox import DeliverEvents
from bpmn_events.application.background.retention import ForgetHistory, Retention
from bpmn_events.application.background.supervisor import Supervisor
from bpmn_events.application.background.timers import FireTimers
from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.application.commands.finish_task import FinishTask
from bpmn_events.application.commands.start_instance import StartInstance, StartRequest
from bpmn_events.application.commands.terminate_instance import TerminateInstance
from bpmn_events.application.commands.trigger_by_name import TriggerByName
from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.application.counters import Activity
from bpmn_events.application.demo import StartDemo
from bpmn_events.application.ports.tokens import Tokens
from bpmn_events.application.queries.count_waiting_events import CountWaitingEvents
from bpmn_events.application.queries.find_correlation import FindCorrelation
from bpmn_events.application.queries.find_node import FindNode
from bpmn_events.application.queries.find_process_model import FindProcessModel
from bpmn_events.application.queries.find_waiting_event import FindWaitingEvent
from bpmn_events.application.queries.list_event_triggers import ListEventTriggers
from bpmn_events.application.queries.list_open_tasks import ListOpenTasks
from bpmn_events.application.queries.list_process_models import ListProcessModels
from bpmn_events.application.queries.list_waiting_events import ListWaitingEvents
from bpmn_events.application.queries.missing_event import MissingEvent
from bpmn_events.application.services import Services
from bpmn_events.application.writing.model_catalog import ModelCatalog
from bpmn_events.application.writing.writer import Writer
from bpmn_events.config import PREFIX, InvalidSettings, Settings
from bpmn_events.credentials import build_tokens
from bpmn_events.domain.payload import PayloadLimits
from bpmn_events.samples import DEMO_INSTANCES, sample_files
from bpmn_events.web.gql.endpoint.endpoint import COMPILE_AT_USE, GraphQLEndpoint
from bpmn_events.web.gql.execution.limits import GraphQLLimits
from bpmn_events.web.gql.execution.trusted import BadTrustedDocuments, TrustedDocuments, read_documents
from bpmn_events.web.http.asgi import WebOptions, build_app

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Runtime:
    """A product put together: its use cases, and what runs beneath them."""

    services: Services
    database: Database
    writer: Writer
    timers: FireTimers
    deliveries: DeliverEvents
    housekeeping: ForgetHistory
    supervisor: Supervisor
    activity: Activity

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
            self.supervisor.start("deliveries", self.deliveries.run)
            self.supervisor.start("housekeeping", self.housekeeping.run)
            yield services


def build(settings: Settings, *, tokens: Tokens | None = None, clock: Clock = utc_now) -> Runtime:
    """Everything, over the database of the settings. Tests may bring their own tokens and clock.

    Raises:
        BadDatabaseUrl, WeakSecret, OSError: a setting turns out to be unusable.
    """
    database = open_database(settings.database_url)
    activity = Activity()
    writer, reads = Writer(database.writes, activity=activity), database.reads
    writer.on_commit(activity.notice)
    schemas = JsonSchemas()
    engine = EmbeddedEngine(schemas)
    catalog = ModelCatalog(engine)
    limits = PayloadLimits(settings.max_payload_bytes, settings.max_payload_depth)
    trigger_event = TriggerEvent(writer, engine, catalog, schemas, MissingEvent(reads), limits, clock, activity)
    timers = FireTimers(reads, trigger_event, clock)
    writer.on_commit(timers.notice)
    deliveries = DeliverEvents(reads, writer, engine, catalog, schemas, clock)
    writer.on_commit(deliveries.notice)
    housekeeping = ForgetHistory(writer, _retention(settings), clock)
    services = Services(
        tokens=tokens or build_tokens(settings),
        reads=reads,
        trigger_event=trigger_event,
        trigger_by_name=TriggerByName(writer, engine, catalog, schemas, limits, clock),
        finish_task=FinishTask(writer, engine, catalog, reads, limits, clock),
        start_instance=StartInstance(writer, engine, catalog, schemas, limits, clock),
        terminate_instance=TerminateInstance(writer, engine, catalog, clock),
        deploy_model=DeployModel(writer, engine, catalog, schemas, clock),
        list_waiting_events=ListWaitingEvents(reads),
        count_waiting_events=CountWaitingEvents(reads, clock),
        find_waiting_event=FindWaitingEvent(reads),
        list_process_models=ListProcessModels(reads),
        find_process_model=FindProcessModel(reads),
        find_correlation=FindCorrelation(reads),
        list_event_triggers=ListEventTriggers(reads),
        list_open_tasks=ListOpenTasks(reads),
        find_node=FindNode(reads),
    )
    return Runtime(services, database, writer, timers, deliveries, housekeeping, Supervisor(), activity)


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
        await migrate(settings.database_url)
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
        runtime.activity,
    )


async def start_demo(services: Services) -> None:
    """The sample processes deployed, and the sample cases waiting in them."""
    start_demo = StartDemo(services.deploy_model, services.start_instance, services.list_waiting_events)
    cases = [StartRequest(each.process_model_key, each.correlation_id, payload=each.payload) for each in DEMO_INSTANCES]
    await start_demo([path.read_text("utf-8") for path in sample_files()], cases)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Services]:
    """The use cases for one command, over a database with current tables. Timers are left to the server."""
    await migrate(settings.database_url)
    async with build(settings).open() as services:
        yield services


def _retention(settings: Settings) -> Retention:
    return Retention(
        idempotency=timedelta(days=settings.idempotency_days),
        cancelled_events=timedelta(days=settings.cancelled_events_days),
    )


def _graphql(settings: Settings, services: Services) -> GraphQLEndpoint:
    file = settings.graphql_trusted_documents
    try:
        return GraphQLEndpoint(
            services,
            limits=_graphql_limits(settings),
            max_body_bytes=settings.max_body_bytes,
            graphiql=settings.graphiql,
            compile_at_use=COMPILE_AT_USE if settings.graphql_compiled else None,
            trusted=TrustedDocuments(read_documents(file) if file else None, only=settings.graphql_only_trusted),
        )
    except BadTrustedDocuments as error:
        raise InvalidSettings(f"{PREFIX}GRAPHQL_TRUSTED_DOCUMENTS: {error}") from None


def _graphql_limits(settings: Settings) -> GraphQLLimits:
    return GraphQLLimits(
        max_depth=settings.graphql_max_depth,
        max_aliases=settings.graphql_max_aliases,
        max_fields=settings.graphql_max_fields,
        max_cost=settings.graphql_max_cost,
        max_tokens=settings.graphql_max_tokens,
    )
