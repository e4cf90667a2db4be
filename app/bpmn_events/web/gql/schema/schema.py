"""Assembly of the schema."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from bpmn_events.web.gql.schema.mutations import Mutation
from bpmn_events.web.gql.schema.queries import Query
from bpmn_events.web.gql.schema.scalars import SCALARS
from bpmn_events.web.gql.schema.subscriptions import Subscription
from bpmn_events.web.gql.schema.types.event_trigger import EventTrigger
from bpmn_events.web.gql.schema.types.open_task import OpenTask
from bpmn_events.web.gql.schema.types.process_instance import ProcessInstance
from bpmn_events.web.gql.schema.types.process_model import ProcessModel
from bpmn_events.web.gql.schema.types.waiting_event import WaitingEvent


def build_schema() -> strawberry.Schema:
    """Return a new schema. ``schema.graphql`` contains its ``as_str()``."""
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[WaitingEvent, ProcessModel, ProcessInstance, EventTrigger, OpenTask],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
