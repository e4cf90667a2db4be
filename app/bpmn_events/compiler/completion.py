"""Completion of unusual values by graphql-core, as the value of a field or as an item of a list."""

from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLObjectType, GraphQLOutputType

from bpmn_events.compiler.executor import PlanExecutor
from bpmn_events.compiler.graphql_core import FieldDetailsList, Path, is_awaitable
from bpmn_events.compiler.paths import LazyPathInfo, ResponsePath, parent_path, to_path


class FieldCompletion:
    """The completion of one field of a selection set, for parents of exactly this type.

    ``info_head`` holds the members of a ``GraphQLResolveInfo`` before its path.
    """

    def __init__(self, key: str, parent: GraphQLObjectType, field: GraphQLField, details: FieldDetailsList) -> None:
        self.key = key
        self.parent = parent
        self.field = field
        self.type: GraphQLOutputType = field.type
        self.details = details
        self.nodes: list[FieldNode] = [detail.node for detail in details]
        self.info_head = (self.nodes[0].name.value, self.nodes, field.type, parent)

    def info(self, executor: PlanExecutor, object_path: ResponsePath) -> LazyPathInfo:
        field_path = (object_path, self.key, self.parent.name)
        return tuple.__new__(LazyPathInfo, (*self.info_head, field_path, *executor.info_tail))

    def complete(self, executor: PlanExecutor, value: Any, object_path: ResponsePath, pending: list[Any]) -> Any:
        """Return the completed value, or an awaitable of it and add the key to ``pending``.

        ``object_path`` is the path of the parent object.
        """
        info, path = self.info(executor, object_path), self._path(object_path)
        if is_awaitable(value):
            pending.append(self.key)
            return executor.complete_awaitable(self.type, self.details, info, path, value)
        completed = executor.complete(self.type, self.details, info, path, value)
        return self.await_(executor, completed, object_path, pending) if is_awaitable(completed) else completed

    def await_(
        self, executor: PlanExecutor, completed: Awaitable[Any], object_path: ResponsePath, pending: list[Any]
    ) -> Any:
        """Add the key to ``pending``. Return an awaitable of the completed value that collects its errors."""
        pending.append(self.key)
        return self._await_completed(executor, completed, object_path)

    def fail(self, executor: PlanExecutor, error: Exception, object_path: ResponsePath) -> None:
        """Collect the error of the field, which becomes null, or raise it if the field is non-null."""
        executor.fail(error, self.type, self.details, self._path(object_path))

    async def _await_completed(
        self, executor: PlanExecutor, completed: Awaitable[Any], object_path: ResponsePath
    ) -> Any:
        try:
            return await completed
        except Exception as error:
            self.fail(executor, error, object_path)
            return None

    def _path(self, object_path: ResponsePath) -> Path:
        return to_path((object_path, self.key, self.parent.name))


class ItemCompletion:
    """The completion of the items of a list. The list is the value of a field, or nested in such a list."""

    def __init__(self, field: FieldCompletion, item_type: GraphQLOutputType) -> None:
        self.field = field
        self.type = item_type
        self.details = field.details

    def complete(
        self, executor: PlanExecutor, value: Any, list_path: ResponsePath, index: int, pending: list[Any]
    ) -> Any:
        """Return the completed item, or an awaitable of it and add the index to ``pending``."""
        info, path = self.field.info(executor, parent_path(list_path)), to_path((list_path, index, None))
        if is_awaitable(value):
            pending.append(index)
            return executor.complete_awaitable_item(self.type, self.details, info, path, value)
        completed, is_pending = executor.complete_item(self.type, self.details, info, path, value)
        if is_pending:
            pending.append(index)
        return completed

    def await_(
        self, executor: PlanExecutor, completed: Awaitable[Any], list_path: ResponsePath, index: int, pending: list[Any]
    ) -> Any:
        """Add the index to ``pending``. Return an awaitable of the completed item that collects its errors."""
        pending.append(index)
        return self._await_completed(executor, completed, list_path, index)

    def fail(self, executor: PlanExecutor, error: Exception, list_path: ResponsePath, index: int) -> None:
        """Collect the error of the item, which becomes null, or raise it if the item is non-null."""
        executor.fail(error, self.type, self.details, to_path((list_path, index, None)))

    async def _await_completed(
        self, executor: PlanExecutor, completed: Awaitable[Any], list_path: ResponsePath, index: int
    ) -> Any:
        try:
            return await completed
        except Exception as error:
            self.fail(executor, error, list_path, index)
            return None


def settle_pending(executor: PlanExecutor, results: Any, pending: list[Any], remaining_items: Any = ()) -> None:
    """Let pending results finish in the background, because an error has replaced their object or list.

    Awaitables among the items that were not completed yet are included.
    """
    awaitables = [results[key] for key in pending]
    with suppress(Exception):
        awaitables += [item for item in remaining_items if is_awaitable(item)]
    if awaitables:
        executor.settle(awaitables)
