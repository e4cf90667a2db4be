"""Lookups of the waiting events and open tasks at elements: the candidates of commands that name an element.

A hundred thousand occurrences may wait at one element. A lookup reads the oldest of them, and then the oldest of each
other model version, because versions may have the element in different lanes.
"""

from collections.abc import Callable, Collection, Sequence
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar, cast

from sqlalchemy import Executable, FromClause, Table, exists, select
from sqlalchemy.sql.elements import ColumnElement

from bpmn_events.adapters.storage import rows
from bpmn_events.adapters.storage.connections.prepared import mark_reusable
from bpmn_events.adapters.storage.connections.statements import AnySelect, Condition, Fetch
from bpmn_events.adapters.storage.lookups import ADDRESSES, fetch_at_addresses
from bpmn_events.adapters.storage.schema.tables import open_tasks, process_instances, process_models, waiting_events
from bpmn_events.adapters.storage.sql.predicates import Predicate, render_as
from bpmn_events.adapters.storage.sql.sets import no_index, table_parameter
from bpmn_events.adapters.storage.tasks import rows as task_rows
from bpmn_events.application.ports.transaction import MAX_CANDIDATES
from bpmn_events.domain.events import ElementAddress


class _Candidate(Protocol):
    @property
    def process_model_id(self) -> str: ...
    @property
    def process_model_key(self) -> str: ...
    @property
    def correlation_id(self) -> str: ...
    @property
    def element_id(self) -> str: ...


C = TypeVar("C", bound=_Candidate)


class _InSubquery(Predicate):
    inherit_cache = True


# PostgreSQL would test ``IN`` with an outer column for each row of the table; an array is looked up in the index.
render_as(_InSubquery, postgresql="{0} = ANY (ARRAY{1})", sqlite="{0} IN {1}")


class _EqualsWithoutIndex(Predicate):
    inherit_cache = True


# Millions of candidates may share a model. Without statistics, PostgreSQL would read its index on their keys as well.
render_as(_EqualsWithoutIndex, postgresql="{0} || '' = {1}", sqlite="+{0} = {1}")

# Versions whose oldest candidates were read: the id of the version, the correlation and the element.
_seen = table_parameter("seen").alias("seen")


def _is_seen(model_id: ColumnElement[str]) -> ColumnElement[bool]:
    return exists().where(_seen.c.c0 == model_id, _seen.c.c1 == ADDRESSES.c.c1, _seen.c.c2 == ADDRESSES.c.c2)


_HAS_OTHER_VERSION = exists().where(
    process_models.c.key == ADDRESSES.c.c0, ~_is_seen(process_models.c.id).correlate(ADDRESSES, process_models)
)
# The instances of a correlation are fewer than the candidates, which most often wait in one instance.
_IS_OF_OTHER_VERSION = (
    process_instances.c.correlation_id == ADDRESSES.c.c1,
    no_index(process_instances.c.process_model_key) == ADDRESSES.c.c0,
    ~_is_seen(process_instances.c.process_model_id).correlate(ADDRESSES, process_instances),
)


class CandidateLookup(Generic[C]):
    """Looks up the candidates at addresses in one table.

    Args:
        table: The table of the candidates.
        columns: The columns that ``parse`` takes.
        order: The names of the attributes that sort the oldest candidate first; the last is ``id``.
        parse: Returns the candidate of a row.
    """

    def __init__(
        self,
        table: Table,
        columns: Sequence[ColumnElement[Any]],
        order: tuple[str, ...],
        parse: Callable[[Sequence[Any]], C],
    ) -> None:
        self._age = attrgetter(*order)
        self._parse = parse
        candidates = table.alias("candidates")
        at_address = select(candidates.c.id).where(
            candidates.c.correlation_id == ADDRESSES.c.c1,
            no_index(candidates.c.element_id) == ADDRESSES.c.c2,
            _EqualsWithoutIndex(candidates.c.process_model_key, ADDRESSES.c.c0),
        )
        self._oldest = _select(table, columns, order, at_address, candidates)
        of_other_versions = (
            select(candidates.c.id)
            .join_from(process_instances, candidates, candidates.c.process_instance_id == process_instances.c.id)
            .where(*_IS_OF_OTHER_VERSION, no_index(candidates.c.element_id) == ADDRESSES.c.c2)
        )
        self._oldest_of_other_versions = _select(
            table, columns, order, of_other_versions, candidates, _HAS_OTHER_VERSION
        )

    async def fetch(self, fetch: Fetch, addresses: Collection[ElementAddress]) -> dict[ElementAddress, list[C]]:
        """Return the candidates at each address, the oldest first.

        Of each model version, these are at least the oldest ``MAX_CANDIDATES``.
        """
        found = newest = await self._fetch(fetch, self._oldest, addresses)
        # Most addresses are complete after the first statement: it found all candidates of all versions.
        while full := [address for address, candidates in newest.items() if len(candidates) >= MAX_CANDIDATES]:
            seen = {
                (candidate.process_model_id, address.correlation_id, address.element_id)
                for address in full
                for candidate in found[address]
            }
            newest = await self._fetch(fetch, self._oldest_of_other_versions, full, seen=list(seen))
            more = {address: sorted([*found[address], *newest[address]], key=self._age) for address in newest}
            found = found | more
        return found

    async def _fetch(
        self, fetch: Fetch, statement: Executable, addresses: Collection[ElementAddress], **parameters: Any
    ) -> dict[ElementAddress, list[C]]:
        candidates: dict[ElementAddress, list[C]] = {}
        for candidate in map(self._parse, await fetch_at_addresses(fetch, statement, addresses, **parameters)):
            address = ElementAddress(candidate.process_model_key, candidate.correlation_id, candidate.element_id)
            candidates.setdefault(address, []).append(candidate)
        return candidates


def _select(
    table: Table,
    columns: Sequence[ColumnElement[Any]],
    order: tuple[str, ...],
    ids: AnySelect,
    candidates: FromClause,
    *conditions: Condition,
) -> Executable:
    """Return a SELECT of the oldest ``MAX_CANDIDATES`` of the candidates with these ids, for each of ``ADDRESSES``."""
    oldest = ids.order_by(*(candidates.c[name] for name in order)).limit(MAX_CANDIDATES).correlate(ADDRESSES)
    statement = select(*columns).join_from(ADDRESSES, table, _InSubquery(table.c.id, oldest.scalar_subquery()))
    return cast("Executable", mark_reusable(statement.where(*conditions).order_by(*(table.c[name] for name in order))))


waiting_event_candidates = CandidateLookup(
    waiting_events, rows.WAITING_EVENT, ("waiting_since", "id"), rows.waiting_event
)
open_task_candidates = CandidateLookup(open_tasks, task_rows.OPEN_TASK, ("id",), task_rows.open_task)
