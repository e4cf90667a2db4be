"""Hints that let the compiler generate faster code for this schema."""

from collections.abc import Mapping

from graphql import GraphQLObjectType, GraphQLSchema

from bpmn_events.application.commands.start_instance import StartOutcome
from bpmn_events.application.commands.trigger_event import TriggerOutcome
from bpmn_events.compiler import ATTRIBUTE, CONTEXT_RESOLVER, PYTHON_CLASS, SOURCE
from bpmn_events.domain.events import EventTrigger, WaitingEvent
from bpmn_events.domain.principal import Principal
from bpmn_events.domain.processes import Correlation, ProcessInstance, ProcessModel
from bpmn_events.domain.tasks import OpenTask
from bpmn_events.web.gql.data.changes import AddedEvent, AddedTask, AddedTrigger, RemovedEvent, RemovedTask
from bpmn_events.web.gql.resolvers import context_resolver
from bpmn_events.web.gql.schema.types.results import DeployOutcome, TerminateOutcome
from bpmn_events.web.gql.strawberry_bridge import field_definition

# The classes that ``is_type_of`` of these types checks for. None of them has subclasses.
_CLASSES: Mapping[str, type] = {
    "Correlation": Correlation,
    "DeployProcessModelSuccess": DeployOutcome,
    "EventTrigger": EventTrigger,
    "EventTriggerAdded": AddedTrigger,
    "OpenTask": OpenTask,
    "OpenTaskAdded": AddedTask,
    "OpenTaskRemoved": RemovedTask,
    "ProcessInstance": ProcessInstance,
    "ProcessModel": ProcessModel,
    "StartProcessInstanceSuccess": StartOutcome,
    "TerminateProcessInstanceSuccess": TerminateOutcome,
    "TriggerEventSuccess": TriggerOutcome,
    "Viewer": Principal,
    "WaitingEvent": WaitingEvent,
    "WaitingEventAdded": AddedEvent,
    "WaitingEventRemoved": RemovedEvent,
}


def add_hints(schema: GraphQLSchema) -> None:
    """Mark the fields that read an attribute or need only the context, and the types that one class represents."""
    for graphql_type in schema.type_map.values():
        if isinstance(graphql_type, GraphQLObjectType):
            if graphql_type is schema.subscription_type:
                _add_hints_of_subscription(graphql_type)
            else:
                _add_hints(graphql_type)


def _add_hints_of_subscription(graphql_type: GraphQLObjectType) -> None:
    for field in graphql_type.fields.values():  # resolve each event of their streams to itself
        field.extensions[SOURCE] = True


def _add_hints(graphql_type: GraphQLObjectType) -> None:
    if graphql_type.name in _CLASSES:
        graphql_type.extensions[PYTHON_CLASS] = _CLASSES[graphql_type.name]
    for field in graphql_type.fields.values():
        definition = field_definition(field)
        if definition is None:
            continue
        if definition.resolver is None:
            field.extensions[ATTRIBUTE] = definition.python_name
        elif (resolve := context_resolver(field, definition)) is not None:
            field.extensions[CONTEXT_RESOLVER] = resolve
