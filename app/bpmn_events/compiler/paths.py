"""Places in a response. Compiled code writes them as bare tuples; few of them are ever read."""

from typing import Any, TypeAlias

from graphql import GraphQLResolveInfo

from bpmn_events.compiler.graphql_core import Path

# The fields of graphql-core's Path: previous place, key, type name. A root object's place is None.
ResponsePath: TypeAlias = Any


def to_path(place: ResponsePath) -> Path:
    """Return the same place as a path of graphql-core."""
    if isinstance(place, Path):
        return place
    previous, key, type_name = place
    return Path(None if previous is None else to_path(previous), key, type_name)


def holder_of(place: ResponsePath) -> ResponsePath:
    """Return the place of the object whose field holds the list at this place."""
    while isinstance(place[1], int):
        place = place[0]
    return place[0]


class PlannedInfo(GraphQLResolveInfo[Any]):
    """A resolver's info that holds a place and turns it into a path when somebody reads it."""

    __slots__ = ()

    @property
    def path(self) -> Path:
        return to_path(self[4])
