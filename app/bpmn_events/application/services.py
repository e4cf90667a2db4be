"""Everything the edges can ask the application for, put together once by the composition root."""

from dataclasses import dataclass

from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.application.commands.finish_task import FinishTask
from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.commands.terminate_instance import TerminateInstance
from bpmn_events.application.commands.trigger_by_name import TriggerByName
from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.application.ports.read_store import ReadStore
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


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases, and the read store the data loaders of one operation are built over."""

    tokens: Tokens
    reads: ReadStore
    trigger_event: TriggerEvent
    trigger_by_name: TriggerByName
    finish_task: FinishTask
    start_instance: StartInstance
    terminate_instance: TerminateInstance
    deploy_model: DeployModel
    list_waiting_events: ListWaitingEvents
    count_waiting_events: CountWaitingEvents
    find_waiting_event: FindWaitingEvent
    list_process_models: ListProcessModels
    find_process_model: FindProcessModel
    find_correlation: FindCorrelation
    list_event_triggers: ListEventTriggers
    list_open_tasks: ListOpenTasks
    find_node: FindNode
