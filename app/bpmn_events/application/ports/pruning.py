"""The ports for ended executions and unused model versions: their deletion, and queries that count them before."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from operator import add
from typing import Protocol


@dataclass(frozen=True, slots=True)
class EndedExecution:
    """An execution whose root instance has ended, and with it all instances that it called."""

    root_id: str
    correlation_id: str
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class PrunedRows:
    """The numbers of deleted rows, or of rows that would be deleted.

    Attributes:
        executions: The executions of which no row is left.
        instances: Their process instances.
        triggers: Their event triggers.
        versions: The versions of process models.
        cancelled_events: The records of cancelled events of the instances.
    """

    executions: int = 0
    instances: int = 0
    triggers: int = 0
    versions: int = 0
    cancelled_events: int = 0

    def __add__(self, other: "PrunedRows") -> "PrunedRows":
        return PrunedRows(*map(add, astuple(self), astuple(other)))

    def __bool__(self) -> bool:
        return self != PrunedRows()


@dataclass(frozen=True, slots=True)
class ExecutionRows:
    """The numbers of rows of some executions. The instances are counted by the id of their model version."""

    instances: Mapping[str, int]
    triggers: int
    cancelled_events: int


class PruningQueries(Protocol):
    """The part of the read store that counts what pruning would delete."""

    async def count_ended_executions(self, before: datetime, limit: int) -> int:
        """Return the number of the executions that ended before that instant, at most ``limit``."""
        ...

    async def ended_executions(
        self, before: datetime, limit: int, after: EndedExecution | None = None
    ) -> list[EndedExecution]:
        """Return at most ``limit`` executions that ended before that instant, the longest ended first.

        An execution that has thrown a message or signal is left out until that is delivered. ``after`` is the last
        execution of the previous page.
        """
        ...

    async def execution_rows(self, executions: Sequence[EndedExecution]) -> ExecutionRows:
        """Return the numbers of rows of these executions."""
        ...

    async def replaced_models(self, before: datetime) -> dict[str, int]:
        """Return the number of instances of each model version that was replaced before that instant, by its id."""
        ...


class Pruning(Protocol):
    """The part of a write transaction that deletes ended executions and unused model versions."""

    async def ended_executions(self, before: datetime, limit: int) -> list[EndedExecution]:
        """Return the first page of ``PruningQueries.ended_executions``."""
        ...

    async def delete_executions(self, executions: Sequence[EndedExecution], limit: int) -> PrunedRows:
        """Delete the rows of these executions, at most ``limit`` of each kind. Return the numbers.

        If there are more rows, the root instances stay, and another call deletes the others. A correlation is deleted
        with its last instance.
        """
        ...

    async def unused_models(self, before: datetime, limit: int) -> list[str]:
        """Return the ids of at most ``limit`` model versions without instances, replaced before that instant."""
        ...

    async def delete_models(self, model_ids: Collection[str]) -> int:
        """Delete these model versions, which have no instances. Return the number deleted."""
        ...
