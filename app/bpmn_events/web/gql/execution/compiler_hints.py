"""Hints that let the compiler generate faster code for this schema."""

from collections.abc import Mapping

from graphql import GraphQLObjectType, GraphQLSchema

from bpmn_events.application.commands.start_instance import StartOutcome
from bpmn_events.application.commands.trigger_event import TriggerOutcome
from bpmn_events.compiler import ATTRIBUTE, CONTEXT_RESOLVER, PYTHON_CLASS
from bpmn_events.domain.events import EventTrigger, WaitingEvent
from bpmn_events.domain.principal import Principal
from bpmn_events.domain.processes import Correlation, ProcessInstance, ProcessModel
from bpmn_events.web.gql.resolvers import context_resolver
from bpmn_events.web.gql.schema.types.results import DeployOutcome, TerminateOutcome
from bpmn_events.web.gql.strawberry_bridge import field_definition

# The classes that ``is_type_of`` of these types checks for. None of them has subclasses.
_CLASSES: Mapping[str, type] = {
    "Correlation": Correlation,
    "DeployProcessModelSuccess": DeployOutcome,
    "EventTrigger": EventTrigger,
    "ProcessInstance": ProcessInstance,
    "ProcessModel": ProcessModel,
    "StartProcessInstanceSuccess": StartOutcome,
    "TerminateProcessInstanceSuccess": TerminateOutcome,
    "TriggerEventSuccess": TriggerOutcome,
    "Viewer": Principal,
    "WaitingEvent": WaitingEvent,
}


def add_hints(schema: GraphQLSchema) -> None:
    """Mark the fields that read an attribute or need only the context, and the types that one class represents."""
    for graphql_type in schema.type_map.values():
        if isinstance(graphql_type, GraphQLObjectType):
            _add_hints(graphql_type)


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
