"""The enums of the schema: those of the domain, with a description for each value.

Take the enums that annotations name from here: importing this module is what registers them with Strawberry.
"""

from bpmn_events.domain.errors import ErrorCode, EventNotFoundReason
from bpmn_events.domain.events import ElementType, EventType, TriggerSource
from bpmn_events.domain.filters import WaitingEventOrder
from bpmn_events.domain.processes import ProcessInstanceState
from bpmn_events.domain.statistics import Age, Grouping
from bpmn_events.domain.tasks import TaskType
from bpmn_events.web.gql.strawberry_bridge import register_enum

__all__ = [
    "Age",
    "ElementType",
    "ErrorCode",
    "EventNotFoundReason",
    "EventType",
    "Grouping",
    "ProcessInstanceState",
    "TaskType",
    "TriggerSource",
    "WaitingEventOrder",
]

register_enum(
    EventType,
    "The kind of BPMN event definition that waits (BPMN 2.0.2, section 10.5.5).",
    {
        EventType.MESSAGE: "Waits for a message, which is meant for one receiver.",
        EventType.SIGNAL: "Waits for a signal, which is broadcast to everybody.",
        EventType.TIMER: "Waits for a point in time; it triggers itself when due.",
        EventType.CONDITIONAL: "Waits until a condition over the process variables becomes true.",
    },
)
register_enum(
    ElementType,
    "Where in the diagram the event waits.",
    {
        ElementType.INTERMEDIATE_CATCH_EVENT: "An intermediate catch event in the sequence flow.",
        ElementType.BOUNDARY_EVENT: "An event attached to the boundary of an activity.",
        ElementType.EVENT_SUBPROCESS_START: "The start event of an event subprocess.",
        ElementType.RECEIVE_TASK: "A receive task.",
        ElementType.EVENT_BASED_GATEWAY: "One of the events behind an event-based gateway; the first to come wins.",
    },
)
register_enum(
    TriggerSource,
    "What triggered an event.",
    {
        TriggerSource.GRAPHQL: "A request to this GraphQL API.",
        TriggerSource.REST: "A request to the plain HTTP API.",
        TriggerSource.TIMER: "The timer itself, because it fell due.",
        TriggerSource.PROCESS: "Another process, or another part of the same one, that threw the event.",
    },
)
register_enum(
    ProcessInstanceState,
    "The state of a process instance; all but RUNNING are final.",
    {
        ProcessInstanceState.RUNNING: "It waits for something.",
        ProcessInstanceState.COMPLETED: "It reached its end.",
        ProcessInstanceState.FAILED: "It ended with an error that nothing in the model catches.",
        ProcessInstanceState.TERMINATED: "Somebody terminated it.",
    },
)
register_enum(
    WaitingEventOrder,
    "The order of a list of waiting events; events with equal values are ordered by id.",
    {
        WaitingEventOrder.WAITING_SINCE_ASC: "Longest waiting first.",
        WaitingEventOrder.WAITING_SINCE_DESC: "Newest first.",
        WaitingEventOrder.DUE_AT_ASC: "Next due first; events without a due time come last.",
    },
)
register_enum(
    Grouping,
    "What the waiting events of one group have in common.",
    {
        Grouping.PROCESS_MODEL: "The process model, whatever its version.",
        Grouping.EVENT_TYPE: "The kind of event.",
        Grouping.ELEMENT: "The BPMN element id, which is unique within a model only.",
        Grouping.LANE: "The BPMN lane, or that they lie in none.",
        Grouping.AGE: "How long they have waited.",
    },
    name="WaitingEventGrouping",
)
register_enum(
    Age,
    "How long an event has waited.",
    {
        Age.UNDER_ONE_HOUR: "Less than an hour.",
        Age.UNDER_ONE_DAY: "An hour or more, but less than 24.",
        Age.UNDER_ONE_WEEK: "24 hours or more, but less than seven days.",
        Age.UNDER_THIRTY_DAYS: "Seven days or more, but less than 30.",
        Age.LONGER: "30 days or more.",
    },
    name="WaitingEventAge",
)
register_enum(
    EventNotFoundReason,
    "Why an event does not wait.",
    {
        EventNotFoundReason.UNKNOWN: "No such event was ever known in this process model and correlation.",
        EventNotFoundReason.ALREADY_TRIGGERED: "It was triggered before.",
        EventNotFoundReason.CANCELLED: "It stopped waiting without being triggered: the process went another way.",
    },
)
register_enum(
    ErrorCode,
    "The stable name of an expected error, the same over GraphQL, plain HTTP and the command line.",
    {
        ErrorCode.INVALID_PAYLOAD: "The payload is no JSON object, exceeds a limit, or violates the event's schema.",
        ErrorCode.UNAUTHORIZED: "No credential was sent, and this needs one.",
        ErrorCode.FORBIDDEN: "The token lacks a permission or a lane.",
        ErrorCode.PROCESS_MODEL_NOT_FOUND: "No process model with this key is deployed.",
        ErrorCode.CORRELATION_NOT_FOUND: "No process instance was ever started under this correlation.",
        ErrorCode.PROCESS_INSTANCE_NOT_FOUND: "There is no process instance with this id.",
        ErrorCode.EVENT_NOT_FOUND: "No such event waits; the reason says why.",
        ErrorCode.EVENT_AMBIGUOUS: "Several occurrences wait at the element; name one by its own id.",
        ErrorCode.TASK_NOT_FOUND: "No such task is open.",
        ErrorCode.TASK_AMBIGUOUS: "Several occurrences of the task are open; name one by its own id.",
        ErrorCode.CONFLICT: "The request contradicts what is already there.",
        ErrorCode.PROCESS_FAILED: "The process cannot go on; nothing was changed.",
        ErrorCode.INVALID_PROCESS_MODEL: "The BPMN file cannot be deployed; the issues say why.",
        ErrorCode.ENGINE_UNAVAILABLE: "The engine that runs the process cannot be reached.",
    },
)
register_enum(
    TaskType,
    "Who finishes a task (BPMN 2.0.2, section 10.3.3).",
    {
        TaskType.USER: "A person, with the help of a program.",
        TaskType.MANUAL: "A person, without the help of any program.",
        TaskType.EXTERNAL: "A program that does the work elsewhere.",
    },
)
