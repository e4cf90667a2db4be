"""Lazy references for annotations, because these types refer to each other in cycles."""

from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

if TYPE_CHECKING:
    from bpmn_events.web.gql.schema.types.correlation import Correlation
    from bpmn_events.web.gql.schema.types.event_trigger import EventTrigger
    from bpmn_events.web.gql.schema.types.open_task import OpenTask
    from bpmn_events.web.gql.schema.types.process_instance import ProcessInstance
    from bpmn_events.web.gql.schema.types.process_model import ProcessModel
    from bpmn_events.web.gql.schema.types.waiting_event import WaitingEvent

_TYPES = "bpmn_events.web.gql.schema.types"

LazyWaitingEvent: TypeAlias = Annotated["WaitingEvent", strawberry.lazy(f"{_TYPES}.waiting_event")]
LazyEventTrigger: TypeAlias = Annotated["EventTrigger", strawberry.lazy(f"{_TYPES}.event_trigger")]
LazyOpenTask: TypeAlias = Annotated["OpenTask", strawberry.lazy(f"{_TYPES}.open_task")]
LazyProcessModel: TypeAlias = Annotated["ProcessModel", strawberry.lazy(f"{_TYPES}.process_model")]
LazyProcessInstance: TypeAlias = Annotated["ProcessInstance", strawberry.lazy(f"{_TYPES}.process_instance")]
LazyCorrelation: TypeAlias = Annotated["Correlation", strawberry.lazy(f"{_TYPES}.correlation")]
