"""The use cases as one object, built once by the composition root for GraphQL, REST and the command line."""

from dataclasses import dataclass

from bpmn_events.application.changes.subscriptions import Subscriptions
from bpmn_events.application.commands.deploy_model import Deployment, DeployModel
from bpmn_events.application.commands.end_task import FinishOutcome
from bpmn_events.application.commands.finish_task import FinishTask
from bpmn_events.application.commands.start_instance import StartInstance, StartOutcome
from bpmn_events.application.commands.terminate_instance import TerminateInstance
from bpmn_events.application.commands.throw_error import ThrowError
from bpmn_events.application.commands.trigger_by_name import TriggerByNameOutcome
from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.application.commands.trigger_message import TriggerMessage
from bpmn_events.application.commands.trigger_signal import TriggerSignal
from bpmn_events.application.counters import Counters
from bpmn_events.application.ports.clock import Clock
from bpmn_events.application.ports.process_host import ProcessHost
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.application.ports.tokens import Tokens
from bpmn_events.application.queries.count_candidates import CountCandidates
from bpmn_events.application.queries.count_waiting_events import CountWaitingEvents
from bpmn_events.application.queries.find_correlation import FindCorrelation
from bpmn_events.application.queries.find_node import FindNode
from bpmn_events.application.queries.find_process_model import FindProcessModel
from bpmn_events.application.queries.find_waiting_event import FindWaitingEvent
from bpmn_events.application.queries.list_event_triggers import ListEventTriggers
from bpmn_events.application.queries.list_open_tasks import ListOpenTasks
from bpmn_events.application.queries.list_process_models import ListProcessModels
from bpmn_events.application.queries.list_retries import ListRetries
from bpmn_events.application.queries.list_start_events import ListStartEvents
from bpmn_events.application.queries.list_waiting_events import ListWaitingEvents
from bpmn_events.application.queries.why_not_found import WhyNotFound
from bpmn_events.application.rate_limits import TRIGGERS, RateLimits
from bpmn_events.application.tickets import Tickets
from bpmn_events.application.use_case import UseCase
from bpmn_events.domain.payload import PayloadLimits
from bpmn_events.domain.processes import ProcessInstance


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases of the application, with the read store that data loaders read from."""

    tokens: Tokens
    read_store: ReadStore
    trigger_event: UseCase[TriggerEvent, TriggerOutcome]
    trigger_message: UseCase[TriggerMessage, TriggerByNameOutcome]
    trigger_signal: UseCase[TriggerSignal, TriggerByNameOutcome]
    finish_task: UseCase[FinishTask, FinishOutcome]
    throw_error: UseCase[ThrowError, FinishOutcome]
    start_instance: UseCase[StartInstance, StartOutcome]
    terminate_instance: UseCase[TerminateInstance, ProcessInstance]
    deploy_model: UseCase[DeployModel, Deployment]
    list_waiting_events: ListWaitingEvents
    count_waiting_events: CountWaitingEvents
    find_waiting_event: FindWaitingEvent
    list_process_models: ListProcessModels
    list_start_events: ListStartEvents
    find_process_model: FindProcessModel
    find_correlation: FindCorrelation
    list_event_triggers: ListEventTriggers
    list_open_tasks: ListOpenTasks
    list_retries: ListRetries
    find_node: FindNode
    subscriptions: Subscriptions
    tickets: Tickets


def build_services(
    host: ProcessHost,
    read_store: ReadStore,
    tokens: Tokens,
    limits: PayloadLimits,
    clock: Clock,
    counters: Counters,
    subscriptions: Subscriptions,
    tickets: Tickets,
    rate_limits: RateLimits | None = None,
) -> Services:
    """Return the use cases, bound to a process host, a read store and the limits."""
    limit = rate_limits.take_trigger if rate_limits is not None and TRIGGERS in rate_limits.buckets else None
    why_not_found, candidates = WhyNotFound(read_store, host), CountCandidates(read_store)
    return Services(
        tokens=tokens,
        read_store=read_store,
        trigger_event=UseCase(
            host.trigger,
            limits,
            explain_not_found=why_not_found.explain_event,
            count_candidates=candidates.of_event,
            on_result=counters.count_trigger,
            limit=limit,
        ),
        trigger_message=UseCase(host.trigger_message, limits, limit=limit),
        trigger_signal=UseCase(host.trigger_signal, limits, limit=limit),
        finish_task=UseCase(
            host.finish_task,
            limits,
            explain_not_found=why_not_found.explain_task,
            count_candidates=candidates.of_task,
            limit=limit,
        ),
        throw_error=UseCase(
            host.throw_error,
            limits,
            explain_not_found=why_not_found.explain_task,
            count_candidates=candidates.of_task,
            limit=limit,
        ),
        start_instance=UseCase(host.start, limits),
        terminate_instance=UseCase(host.terminate, limits),
        deploy_model=UseCase(host.deploy, limits),
        list_waiting_events=ListWaitingEvents(read_store),
        count_waiting_events=CountWaitingEvents(read_store, clock),
        find_waiting_event=FindWaitingEvent(read_store),
        list_process_models=ListProcessModels(read_store),
        list_start_events=ListStartEvents(read_store, host),
        find_process_model=FindProcessModel(read_store),
        find_correlation=FindCorrelation(read_store),
        list_event_triggers=ListEventTriggers(read_store),
        list_open_tasks=ListOpenTasks(read_store),
        list_retries=ListRetries(read_store),
        find_node=FindNode(read_store),
        subscriptions=subscriptions,
        tickets=tickets,
    )
