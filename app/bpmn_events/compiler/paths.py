"""Places in a response. Compiled code writes them as bare tuples; most are never looked at."""

from typing import Any, TypeAlias

from graphql import GraphQLResolveInfo
from graphql.pyutils import Path

# The fields of graphql-core's Path: previous place, key, type name. A root object's place is None.
Place: TypeAlias = Any


def to_path(place: Place) -> Path:
    """The same place as graphql-core knows it."""
    if isinstance(place, Path):
        return place
    previous, key, type_name = place
    return Path(None if previous is None else to_path(previous), key, type_name)


def holder_of(place: Place) -> Place:
    """The place of the object whose field holds the list at this place."""
    while isinstance(place[1], int):
        place = place[0]
    return place[0]


class PlannedInfo(GraphQLResolveInfo[Any]):
    """What a resolver is told, with a path that is put together when somebody asks for it."""

    __slots__ = ()

    @property
    def path(self) -> Path:
        return to_path(self[4])
