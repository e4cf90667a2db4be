"""The fields of the schema and the plain HTTP responses that can reveal items of lanes."""

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
from bpmn_events.web.representations import JsonDocument

_COUNTS = {"WaitingEventStats", "WaitingEventGroup"}
_IN_LANES = {EventTrigger, OpenTask, WaitingEvent}
# Items of lanes belong to a BPMN element. The consumer API has another name for them.
_ELEMENT_IDS = {"element_id", "flow_node_instance_id"}

SCHEMA = build_schema((Path(__file__).parents[3] / "schema.graphql").read_text("utf-8"))


def lane_fields(schema: GraphQLSchema = SCHEMA) -> set[str]:
    """Return all fields with an item of a lane, a list of items or a count of items, as ``Type.field``.

    A field that a root field returns directly, and not through an object with an id, is also included as
    ``Root.field > Type.field``.
    """
    types = [each for each in schema.type_map.values() if isinstance(each, GraphQLObjectType)]
    root_types = [schema.query_type, schema.mutation_type, schema.subscription_type]
    direct = {
        f"{root.name}.{name} > {field}"
        for root in root_types
        if root is not None
        for name, root_field in root.fields.items()
        for graphql_type in _members(schema, get_named_type(root_field.type))
        for field in _direct(schema, graphql_type)
    }
    return direct | {field for each in types for field in _fields(schema, each)}


def _fields(schema: GraphQLSchema, parent: GraphQLObjectType) -> Iterator[str]:
    all_fields = parent.name in _COUNTS or _is_list(parent)
    for name, field in parent.fields.items():
        if all_fields or _is_about_lane_items(schema, get_named_type(field.type)):
            yield f"{parent.name}.{name}"


def _direct(schema: GraphQLSchema, parent: GraphQLObjectType) -> Iterator[str]:
    """Yield the fields of a result, an error or a payload. Objects with an id are skipped: many fields return them."""
    if "id" in parent.fields:
        return
    yield from _fields(schema, parent)
    for field in parent.fields.values():
        graphql_type = get_named_type(field.type)
        if not _is_about_lane_items(schema, graphql_type):
            for member in _members(schema, graphql_type):
                yield from _direct(schema, member)


def _members(schema: GraphQLSchema, graphql_type: GraphQLNamedType) -> Sequence[GraphQLObjectType]:
    if is_abstract_type(graphql_type):
        return schema.get_possible_types(graphql_type)
    return [graphql_type] if isinstance(graphql_type, GraphQLObjectType) else []


def _is_about_lane_items(schema: GraphQLSchema, graphql_type: GraphQLNamedType) -> bool:
    return any(
        _is_in_a_lane(member) or member.name in _COUNTS or _is_list(member) for member in _members(schema, graphql_type)
    )


def _is_in_a_lane(graphql_type: GraphQLNamedType) -> bool:
    if not isinstance(graphql_type, GraphQLObjectType) or graphql_type.name in _COUNTS:
        return False
    return "elementId" in graphql_type.fields and bool({"id", "lane"} & {*graphql_type.fields})


def _is_list(graphql_type: GraphQLObjectType) -> bool:
    """Return True for a connection of such objects and for its edges."""
    inner = [graphql_type.fields[name] for name in ("nodes", "node") if name in graphql_type.fields]
    return any(_is_in_a_lane(get_named_type(field.type)) for field in inner)


def lane_responses(routes: Sequence[BaseRoute]) -> set[tuple[str, str]]:
    """Return each route with the status 200 or the error code whose document contains items of lanes."""
    return {
        (route.described_path, response)
        for route in routes
        if isinstance(route, DescribedRoute)
        for operation in route.operations.values()
        for response in _operation_responses(operation)
    }


def _operation_responses(operation: Operation) -> Iterator[str]:
    if any(_contains_item(response.content) for response in operation.responses):
        yield "200"
    for error_class in operation.errors:
        if any(_refers_to_item(hint) for hint in get_type_hints(error_class).values()):
            yield error_class.code.value


def _contains_item(content: Any) -> bool:
    """Return True if a response of this type contains the document of an item."""
    if not (isinstance(content, type) and issubclass(content, JsonDocument)):
        return any(map(_contains_item, get_args(content)))
    members = get_type_hints(content)
    return bool(_ELEMENT_IDS & {*members}) or any(map(_contains_item, members.values()))


def _refers_to_item(hint: Any) -> bool:
    return hint in _IN_LANES or any(map(_refers_to_item, get_args(hint)))
