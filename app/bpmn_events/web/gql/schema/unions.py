# ruff: noqa: UP007  a union of ten members reads better in the long form
"""The unions: what a field answers, and every expected error instead of it."""

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
from bpmn_events.web.gql.schema.types.statistics import WaitingEventStats
from bpmn_events.web.gql.schema.types.viewer import Viewer
from bpmn_events.web.gql.schema.types.waiting_event import WaitingEvent

ViewerResult: TypeAlias = Annotated[
    Viewer | UnauthorizedError, strawberry.union("ViewerResult", description="The caller, if there is one.")
]
WaitingEventsResult: TypeAlias = Annotated[
    Union[
        WaitingEventConnection,
        UnauthorizedError,
        ForbiddenError,
        ProcessModelNotFoundError,
        CorrelationNotFoundError,
    ],
    strawberry.union("WaitingEventsResult", description="A page of waiting events, or why there is none."),
]
WaitingEventStatsResult: TypeAlias = Annotated[
    Union[
        WaitingEventStats,
        UnauthorizedError,
        ForbiddenError,
        ProcessModelNotFoundError,
        CorrelationNotFoundError,
    ],
    strawberry.union("WaitingEventStatsResult", description="What waits, in numbers, or why they are not shown."),
]
WaitingEventResult: TypeAlias = Annotated[
    WaitingEvent | UnauthorizedError | ForbiddenError | EventNotFoundError,
    strawberry.union("WaitingEventResult", description="A waiting event, or why it is not shown."),
]
ProcessModelsResult: TypeAlias = Annotated[
    ProcessModelConnection | UnauthorizedError | ForbiddenError,
    strawberry.union("ProcessModelsResult", description="A page of process models, or why there is none."),
]
ProcessModelResult: TypeAlias = Annotated[
    ProcessModel | UnauthorizedError | ForbiddenError | ProcessModelNotFoundError,
    strawberry.union("ProcessModelResult", description="A process model, or why it is not shown."),
]
CorrelationResult: TypeAlias = Annotated[
    Correlation | UnauthorizedError | ForbiddenError | CorrelationNotFoundError,
    strawberry.union("CorrelationResult", description="A correlation, or why it is not shown."),
]
EventTriggersResult: TypeAlias = Annotated[
    EventTriggerConnection | UnauthorizedError | ForbiddenError,
    strawberry.union("EventTriggersResult", description="A page of the history, or why there is none."),
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
    | ProcessFailedError,
    strawberry.union("TriggerEventResult", description="What triggering did, or why nothing was changed."),
]
DeployProcessModelResult: TypeAlias = Annotated[
    DeployProcessModelSuccess | InvalidProcessModelError | UnauthorizedError | ForbiddenError,
    strawberry.union("DeployProcessModelResult", description="The deployed models, or why nothing was deployed."),
]
StartProcessInstanceResult: TypeAlias = Annotated[
    StartProcessInstanceSuccess
    | InvalidPayloadError
    | UnauthorizedError
    | ForbiddenError
    | ProcessModelNotFoundError
    | ConflictError
    | ProcessFailedError,
    strawberry.union("StartProcessInstanceResult", description="The started instance, or why none was started."),
]
TerminateProcessInstanceResult: TypeAlias = Annotated[
    Union[
        TerminateProcessInstanceSuccess,
        UnauthorizedError,
        ForbiddenError,
        ProcessInstanceNotFoundError,
        ConflictError,
    ],
    strawberry.union(
        "TerminateProcessInstanceResult", description="The terminated instance, or why it was not terminated."
    ),
]
