"""The schema, put together."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from app.web.gql.mutations import Mutation
from app.web.gql.queries import Query
from app.web.gql.scalars import SCALARS
from app.web.gql.types.event_trigger import EventTrigger
from app.web.gql.types.open_task import OpenTask
from app.web.gql.types.process_instance import ProcessInstance
from app.web.gql.types.process_model import ProcessModel
from app.web.gql.types.waiting_event import WaitingEvent


def build_schema() -> strawberry.Schema:
    """A new schema; ``as_str()`` of it is what ``schema.graphql`` holds."""
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        types=[WaitingEvent, ProcessModel, ProcessInstance, EventTrigger, OpenTask],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
