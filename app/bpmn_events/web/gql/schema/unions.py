# ruff: noqa: UP007  a union of ten members reads better in the long form
"""The unions of the root fields: the result, and every typed error that can take its place."""

from typing import Annotated, TypeAlias, Union

import strawberry

from bpmn_events.web.gql.schema.types.connections import (
    EventTriggerConnection,
    ProcessModelConnection,
    WaitingEventConnection,
)
from bpmn_events.web.gql.schema.types.correlation import Correlation
from bpmn_events.web.gql.schema.types.errors import (
    ConflictError,
    CorrelationNotFoundError,
    EngineUnavailableError,
    EventAmbiguousError,
    EventNotFoundError,
    ForbiddenError,
    InvalidPayloadError,
    InvalidProcessModelError,
    ProcessFailedError,
    ProcessInstanceNotFoundError,
    ProcessModelNotFoundError,
    UnauthorizedError,
)
from bpmn_events.web.gql.schema.types.process_model import ProcessModel
from bpmn_events.web.gql.schema.types.results import (
    DeployProcessModelSuccess,
    StartProcessInstanceSuccess,
    TerminateProcessInstanceSuccess,
    TriggerEventSuccess,
)
from bpmn_events.web.gql.schema.types.retry import PendingRetryConnection
from bpmn_events.web.gql.schema.types.statistics import WaitingEventStats
from bpmn_events.web.gql.schema.types.viewer import Viewer
from bpmn_events.web.gql.schema.types.waiting_event import WaitingEvent

ViewerResult: TypeAlias = Annotated[
    Viewer | UnauthorizedError, strawberry.union("ViewerResult", description="The caller, or an UnauthorizedError.")
]
WaitingEventsResult: TypeAlias = Annotated[
    Union[
        WaitingEventConnection,
        UnauthorizedError,
        ForbiddenError,
        ProcessModelNotFoundError,
        CorrelationNotFoundError,
        EngineUnavailableError,
    ],
    strawberry.union("WaitingEventsResult", description="A page of waiting events, or a typed error."),
]
WaitingEventStatsResult: TypeAlias = Annotated[
    Union[
        WaitingEventStats,
        UnauthorizedError,
        ForbiddenError,
        ProcessModelNotFoundError,
        CorrelationNotFoundError,
        EngineUnavailableError,
    ],
    strawberry.union("WaitingEventStatsResult", description="Counts of waiting events, or a typed error."),
]
WaitingEventResult: TypeAlias = Annotated[
    WaitingEvent | UnauthorizedError | ForbiddenError | EventNotFoundError | EngineUnavailableError,
    strawberry.union("WaitingEventResult", description="A waiting event, or a typed error."),
]
ProcessModelsResult: TypeAlias = Annotated[
    ProcessModelConnection | UnauthorizedError | ForbiddenError | EngineUnavailableError,
    strawberry.union("ProcessModelsResult", description="A page of process models, or a typed error."),
]
ProcessModelResult: TypeAlias = Annotated[
    ProcessModel | UnauthorizedError | ForbiddenError | ProcessModelNotFoundError | EngineUnavailableError,
    strawberry.union("ProcessModelResult", description="A process model, or a typed error."),
]
CorrelationResult: TypeAlias = Annotated[
    Correlation | UnauthorizedError | ForbiddenError | CorrelationNotFoundError | EngineUnavailableError,
    strawberry.union("CorrelationResult", description="A correlation, or a typed error."),
]
EventTriggersResult: TypeAlias = Annotated[
    EventTriggerConnection | UnauthorizedError | ForbiddenError | EngineUnavailableError,
    strawberry.union("EventTriggersResult", description="A page of event triggers, or a typed error."),
]
RetriesResult: TypeAlias = Annotated[
    PendingRetryConnection | UnauthorizedError | ForbiddenError | EngineUnavailableError,
    strawberry.union("RetriesResult", description="A page of pending retries, or a typed error."),
]
TriggerEventResult: TypeAlias = Annotated[
    TriggerEventSuccess
    | InvalidPayloadError
    | UnauthorizedError
    | ForbiddenError
    | ProcessModelNotFoundError
    | CorrelationNotFoundError
    | EventNotFoundError
    | EventAmbiguousError
    | ConflictError
    | ProcessFailedError
    | EngineUnavailableError,
    strawberry.union("TriggerEventResult", description="The triggered event, or a typed error."),
]
DeployProcessModelResult: TypeAlias = Annotated[
    DeployProcessModelSuccess | InvalidProcessModelError | UnauthorizedError | ForbiddenError | EngineUnavailableError,
    strawberry.union("DeployProcessModelResult", description="The deployed process models, or a typed error."),
]
StartProcessInstanceResult: TypeAlias = Annotated[
    StartProcessInstanceSuccess
    | InvalidPayloadError
    | UnauthorizedError
    | ForbiddenError
    | ProcessModelNotFoundError
    | ConflictError
    | ProcessFailedError
    | EngineUnavailableError,
    strawberry.union("StartProcessInstanceResult", description="The started process instance, or a typed error."),
]
TerminateProcessInstanceResult: TypeAlias = Annotated[
    Union[
        TerminateProcessInstanceSuccess,
        UnauthorizedError,
        ForbiddenError,
        ProcessInstanceNotFoundError,
        ConflictError,
        EngineUnavailableError,
    ],
    strawberry.union(
        "TerminateProcessInstanceResult", description="The terminated process instance, or a typed error."
    ),
]
