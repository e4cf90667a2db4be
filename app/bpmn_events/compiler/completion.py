"""Where a value is completed: as a field of an object, or as an item of a list. The long way, for unusual values."""

from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLObjectType, GraphQLOutputType

from bpmn_events.compiler.executor import PlanExecutor
from bpmn_events.compiler.graphql_core import FieldDetailsList, Path, is_awaitable
from bpmn_events.compiler.paths import PlannedInfo, ResponsePath, holder_of, to_path


class FieldCompletion:
    """A field of a selection set, whose parent is an object of exactly this type.

    ``info_head`` holds the members of a ``GraphQLResolveInfo`` before its path.
    """

    def __init__(self, key: str, parent: GraphQLObjectType, field: GraphQLField, details: FieldDetailsList) -> None:
        self.key = key
        self.parent = parent
        self.field = field
        self.type: GraphQLOutputType = field.type
        self.details = details
        self.nodes: list[FieldNode] = [each.node for each in details]
        self.info_head = (self.nodes[0].name.value, self.nodes, field.type, parent)

    def info(self, executor: PlanExecutor, holder: ResponsePath) -> PlannedInfo:
        place = (holder, self.key, self.parent.name)
        return tuple.__new__(PlannedInfo, (*self.info_head, place, *executor.info_tail))

    def complete(self, executor: PlanExecutor, value: Any, holder: ResponsePath, pending: list[Any]) -> Any:
        """Complete any value whatever; ``holder`` is the place of the object."""
        info, path = self.info(executor, holder), self._path(holder)
        if is_awaitable(value):
            pending.append(self.key)
            return executor.complete_awaitable(self.type, self.details, info, path, value)
        completed = executor.complete(self.type, self.details, info, path, value)
        return self.await_(executor, completed, holder, pending) if is_awaitable(completed) else completed

    def await_(
        self, executor: PlanExecutor, completed: Awaitable[Any], holder: ResponsePath, pending: list[Any]
    ) -> Any:
        """Return what stands for a completed value that is still to come."""
        pending.append(self.key)
        return self._awaited(executor, completed, holder)

    def fail(self, executor: PlanExecutor, error: Exception, holder: ResponsePath) -> None:
        """Collect the error, or raise it further where the field cannot be null."""
        executor.fail(error, self.type, self.details, self._path(holder))

    async def _awaited(self, executor: PlanExecutor, completed: Awaitable[Any], holder: ResponsePath) -> Any:
        try:
            return await completed
        except Exception as error:
            self.fail(executor, error, holder)
            return None

    def _path(self, holder: ResponsePath) -> Path:
        return to_path((holder, self.key, self.parent.name))


class ItemCompletion:
    """The items of a list that is, or lies in, the value of a field."""

    def __init__(self, field: FieldCompletion, item_type: GraphQLOutputType) -> None:
        self.field = field
        self.type = item_type
        self.details = field.details

    def complete(self, executor: PlanExecutor, value: Any, place: ResponsePath, index: int, pending: list[Any]) -> Any:
        """Complete any value whatever; ``place`` is that of the list."""
        info, path = self.field.info(executor, holder_of(place)), to_path((place, index, None))
        if is_awaitable(value):
            pending.append(index)
            return executor.complete_awaitable_item(self.type, self.details, info, path, value)
        completed, is_pending = executor.complete_item(self.type, self.details, info, path, value)
        if is_pending:
            pending.append(index)
        return completed

    def await_(
        self, executor: PlanExecutor, completed: Awaitable[Any], place: ResponsePath, index: int, pending: list[Any]
    ) -> Any:
        """Return what stands for a completed value that is still to come."""
        pending.append(index)
        return self._awaited(executor, completed, place, index)

    def fail(self, executor: PlanExecutor, error: Exception, place: ResponsePath, index: int) -> None:
        """Collect the error, or raise it further where the item cannot be null."""
        executor.fail(error, self.type, self.details, to_path((place, index, None)))

    async def _awaited(self, executor: PlanExecutor, completed: Awaitable[Any], place: ResponsePath, index: int) -> Any:
        try:
            return await completed
        except Exception as error:
            self.fail(executor, error, place, index)
            return None


def abandon(executor: PlanExecutor, results: Any, pending: list[Any], rest: Any = ()) -> None:
    """Let what is still to come settle, because an error has taken the place of the whole object or list."""
    awaitables = [results[key] for key in pending]
    with suppress(Exception):
        awaitables += [item for item in rest if is_awaitable(item)]
    if awaitables:
        executor.settle(awaitables)
