"""Which fields of the schema and which plain HTTP answers tell of something that lies in lanes."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, get_args, get_type_hints

from graphql import (
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_abstract_type,
)
from starlette.routing import BaseRoute

from bpmn_events.domain.events import EventTrigger, WaitingEvent
from bpmn_events.domain.tasks import OpenTask
from bpmn_events.web.http.operation import Operation
from bpmn_events.web.http.routing import DescribedRoute
from bpmn_events.web.representations import Document

_COUNTS = {"WaitingEventStats", "WaitingEventGroup"}
_IN_LANES = {EventTrigger, OpenTask, WaitingEvent}
# What lies in a lane is something that happens at an element; the consumer API calls that element by another name.
_OF_AN_ELEMENT = {"element_id", "flow_node_instance_id"}

SCHEMA = build_schema((Path(__file__).parents[3] / "schema.graphql").read_text("utf-8"))


def telling_fields(schema: GraphQLSchema = SCHEMA) -> set[str]:
    """As ``Type.field``: whatever answers one of these objects, a list of them, or how many there are.

    And as ``Root.field > Type.field``, where an operation answers it by itself, not through the objects it answers.
    """
    types = [each for each in schema.type_map.values() if isinstance(each, GraphQLObjectType)]
    roots = [each for each in (schema.query_type, schema.mutation_type, schema.subscription_type) if each is not None]
    direct = {
        f"{root.name}.{name} > {field}"
        for root in roots
        for name, each in root.fields.items()
        for answered in _members(schema, get_named_type(each.type))
        for field in _direct(schema, answered)
    }
    return direct | {field for each in types for field in _fields(schema, each)}


def _fields(schema: GraphQLSchema, parent: GraphQLObjectType) -> Iterator[str]:
    whole = parent.name in _COUNTS or _is_list(parent)
    for name, field in parent.fields.items():
        if whole or _tells(schema, get_named_type(field.type)):
            yield f"{parent.name}.{name}"


def _direct(schema: GraphQLSchema, parent: GraphQLObjectType) -> Iterator[str]:
    """Those of a result, an error, or a payload; objects with an identity are reached in many ways."""
    if "id" in parent.fields:
        return
    yield from _fields(schema, parent)
    for field in parent.fields.values():
        answered = get_named_type(field.type)
        if not _tells(schema, answered):
            for member in _members(schema, answered):
                yield from _direct(schema, member)


def _members(schema: GraphQLSchema, answered: GraphQLNamedType) -> Sequence[GraphQLObjectType]:
    if is_abstract_type(answered):
        return schema.get_possible_types(answered)
    return [answered] if isinstance(answered, GraphQLObjectType) else []


def _tells(schema: GraphQLSchema, answered: GraphQLNamedType) -> bool:
    return any(
        _is_in_a_lane(member) or member.name in _COUNTS or _is_list(member) for member in _members(schema, answered)
    )


def _is_in_a_lane(answered: GraphQLNamedType) -> bool:
    return isinstance(answered, GraphQLObjectType) and {"id", "elementId"} <= {*answered.fields}


def _is_list(answered: GraphQLObjectType) -> bool:
    """Whether it is a connection of such objects, or an edge of one."""
    inner = [answered.fields[name] for name in ("nodes", "node") if name in answered.fields]
    return any(_is_in_a_lane(get_named_type(field.type)) for field in inner)


def telling_answers(routes: Sequence[BaseRoute]) -> set[tuple[str, str]]:
    """The path of each route with 200, or with the code of a refusal, whose document tells of such objects."""
    return {
        (route.described_path, answer)
        for route in routes
        if isinstance(route, DescribedRoute)
        for operation in route.operations.values()
        for answer in _telling(operation)
    }


def _telling(operation: Operation) -> Iterator[str]:
    if any(_shows(answer.content) for answer in operation.answers):
        yield "200"
    for refusal in operation.errors:
        if any(_mentions(hint) for hint in get_type_hints(refusal).values()):
            yield refusal.code.value


def _shows(content: Any) -> bool:
    """Whether an answer of this type has a document of such an object in it."""
    if not (isinstance(content, type) and issubclass(content, Document)):
        return any(map(_shows, get_args(content)))
    members = get_type_hints(content)
    return bool(_OF_AN_ELEMENT & {*members}) or any(map(_shows, members.values()))


def _mentions(hint: Any) -> bool:
    return hint in _IN_LANES or any(map(_mentions, get_args(hint)))
