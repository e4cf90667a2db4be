"""The enums of the schema: enums of the domain, with a description for each value.

Import enums for annotations from this module, because importing it registers them with Strawberry.
"""

from bpmn_events.domain.errors import ErrorCode, EventNotFoundReason
from bpmn_events.domain.events import ElementType, EventType, TriggerSource
from bpmn_events.domain.filters import WaitingEventOrder
from bpmn_events.domain.processes import ProcessInstanceState
from bpmn_events.domain.retries import RetryKind
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
    "RetryKind",
    "TaskType",
    "TriggerSource",
    "WaitingEventOrder",
]

register_enum(
    EventType,
    "Type of the BPMN event definition (BPMN 2.0.2, section 10.5.5).",
    {
        EventType.MESSAGE: "Waits for a message. A message has one receiver.",
        EventType.SIGNAL: "Waits for a signal. A signal is broadcast to all receivers.",
        EventType.TIMER: "Waits for a point in time. The server triggers it when it is due.",
        EventType.CONDITIONAL: "Waits until a condition on the process variables becomes true.",
    },
)
register_enum(
    ElementType,
    "Type of the BPMN element that the event waits at.",
    {
        ElementType.INTERMEDIATE_CATCH_EVENT: "An intermediate catch event in the sequence flow.",
        ElementType.BOUNDARY_EVENT: "An event attached to the boundary of an activity.",
        ElementType.EVENT_SUBPROCESS_START: "The start event of an event subprocess.",
        ElementType.RECEIVE_TASK: "A receive task.",
        ElementType.EVENT_BASED_GATEWAY: "An event behind an event-based gateway. The first one triggered cancels the "
        "others.",
    },
)
register_enum(
    TriggerSource,
    "Origin of an event trigger.",
    {
        TriggerSource.GRAPHQL: "A request to the GraphQL API.",
        TriggerSource.REST: "A request to the plain HTTP API.",
        TriggerSource.TIMER: "A timer that fell due.",
        TriggerSource.PROCESS: "A process instance, possibly the same one, that threw the event.",
    },
)
register_enum(
    ProcessInstanceState,
    "State of a process instance. All states except RUNNING are final.",
    {
        ProcessInstanceState.RUNNING: "It has not ended and waits for events or tasks.",
        ProcessInstanceState.COMPLETED: "It reached its end.",
        ProcessInstanceState.FAILED: "It ended with a BPMN error that the model does not catch.",
        ProcessInstanceState.TERMINATED: "It was terminated before its end.",
    },
)
register_enum(
    RetryKind,
    "Kind of what has failed and is tried again.",
    {
        RetryKind.TIMER: "A timer that is due.",
        RetryKind.MESSAGE: "A message on its way to a receiver.",
        RetryKind.SIGNAL: "A signal on its way to one of its receivers.",
    },
)
register_enum(
    WaitingEventOrder,
    "Sort order of waiting events. Events with equal values are ordered by id.",
    {
        WaitingEventOrder.WAITING_SINCE_ASC: "Longest waiting first.",
        WaitingEventOrder.WAITING_SINCE_DESC: "Newest first.",
        WaitingEventOrder.DUE_AT_ASC: "Next due first. Events without a due time come last.",
    },
)
register_enum(
    Grouping,
    "Property by which waiting events are grouped.",
    {
        Grouping.PROCESS_MODEL: "By process model, all versions together.",
        Grouping.EVENT_TYPE: "By event type.",
        Grouping.ELEMENT: "By BPMN element id, which is unique only within a process model.",
        Grouping.LANE: "By BPMN lane. Events outside any lane form one group.",
        Grouping.AGE: "By waiting time.",
    },
    name="WaitingEventGrouping",
)
register_enum(
    Age,
    "Range of waiting times.",
    {
        Age.UNDER_ONE_HOUR: "Less than one hour.",
        Age.UNDER_ONE_DAY: "At least one hour, less than 24 hours.",
        Age.UNDER_ONE_WEEK: "At least 24 hours, less than 7 days.",
        Age.UNDER_THIRTY_DAYS: "At least 7 days, less than 30 days.",
        Age.LONGER: "At least 30 days.",
    },
    name="WaitingEventAge",
)
register_enum(
    EventNotFoundReason,
    "Reason why an event is not waiting.",
    {
        EventNotFoundReason.UNKNOWN: "No such event in the caller's lanes is known in this process model and "
        "correlation.",
        EventNotFoundReason.ALREADY_TRIGGERED: "The event was already triggered.",
        EventNotFoundReason.CANCELLED: "The event was cancelled without being triggered, because the process took "
        "another path.",
    },
)
register_enum(
    ErrorCode,
    "Stable code of a typed error, the same over GraphQL, plain HTTP and the command line.",
    {
        ErrorCode.INVALID_PAYLOAD: "The payload is not a JSON object, exceeds a limit, or violates the event's schema.",
        ErrorCode.TOO_MANY_REQUESTS: "The caller has used up a rate limit: an `EngineUnavailableError` with this code.",
        ErrorCode.CHANGES_EXPIRED: "The server no longer has the changes after a cursor.",
        ErrorCode.UNAUTHORIZED: "The request has no credential and requires one.",
        ErrorCode.FORBIDDEN: "The token lacks a permission or a lane.",
        ErrorCode.PROCESS_MODEL_NOT_FOUND: "No process model with this key is deployed.",
        ErrorCode.CORRELATION_NOT_FOUND: "No process instance was started in this correlation.",
        ErrorCode.PROCESS_INSTANCE_NOT_FOUND: "No process instance with this id exists.",
        ErrorCode.EVENT_NOT_FOUND: "No such event is waiting. The error has the reason.",
        ErrorCode.EVENT_AMBIGUOUS: "Several events wait at this BPMN element. Name one by its id.",
        ErrorCode.TASK_NOT_FOUND: "No such task is open.",
        ErrorCode.TASK_AMBIGUOUS: "Several tasks are open at this BPMN element. Name one by its id.",
        ErrorCode.CONFLICT: "The request conflicts with the current state.",
        ErrorCode.PROCESS_FAILED: "The process cannot continue. Nothing was changed.",
        ErrorCode.INVALID_PROCESS_MODEL: "The BPMN file cannot be deployed. The error lists the issues.",
        ErrorCode.ENGINE_UNAVAILABLE: "The engine that runs the process cannot be reached.",
    },
)
register_enum(
    TaskType,
    "Type of a task that is finished outside the process (BPMN 2.0.2, section 10.3.3).",
    {
        TaskType.USER: "A user task: a person does the work with the help of software.",
        TaskType.MANUAL: "A manual task: a person does the work without software.",
        TaskType.EXTERNAL: "An external task: a program outside the engine does the work, such as a service task.",
    },
)
