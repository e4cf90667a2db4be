"""Response paths as bare tuples, which become paths of graphql-core only when one is read."""

from typing import Any, TypeAlias

from graphql import GraphQLResolveInfo

from bpmn_events.compiler.graphql_core import Path

# The members of graphql-core's Path: previous path, key, type name. The path of a root object is None.
# Compiled code writes tuples, because most paths are never read.
ResponsePath: TypeAlias = Any


def to_path(response_path: ResponsePath) -> Path:
    """Return the response path as a path of graphql-core."""
    if isinstance(response_path, Path):
        return response_path
    previous, key, type_name = response_path
    return Path(None if previous is None else to_path(previous), key, type_name)


def parent_path(list_path: ResponsePath) -> ResponsePath:
    """Return the path of the object whose field has the list at this path as its value, nested lists included."""
    while isinstance(list_path[1], int):
        list_path = list_path[0]
    return list_path[0]


class LazyPathInfo(GraphQLResolveInfo[Any]):
    """A resolver's info that holds a response path and converts it to a path of graphql-core when it is read."""

    __slots__ = ()

    @property
    def path(self) -> Path:
        return to_path(self[4])
