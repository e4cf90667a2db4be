"""Everything the edges can ask the application for, put together once by the composition root."""

from dataclasses import dataclass

from app.application.count_waiting_events import CountWaitingEvents
from app.application.deploy_model import DeployModel
from app.application.find_correlation import FindCorrelation
from app.application.find_node import FindNode
from app.application.find_process_model import FindProcessModel
from app.application.find_waiting_event import FindWaitingEvent
from app.application.finish_task import FinishTask
from app.application.list_event_triggers import ListEventTriggers
from app.application.list_open_tasks import ListOpenTasks
from app.application.list_process_models import ListProcessModels
from app.application.list_waiting_events import ListWaitingEvents
from app.application.ports.reading import ReadStore
from app.application.start_instance import StartInstance
from app.application.terminate_instance import TerminateInstance
from app.application.tokens import Tokens
from app.application.trigger_by_name import TriggerByName
from app.application.trigger_event import TriggerEvent


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
