"""Lookups of the waiting events and open tasks at elements: the candidates of commands that name an element.

A hundred thousand occurrences may wait at one element. A lookup reads the oldest of them, and then the oldest of each
model version, because versions may have the element in different lanes.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar, cast

from sqlalchemy import Executable, FromClause, Table, exists, select
from sqlalchemy.sql.elements import ColumnElement

from bpmn_events.adapters.storage import rows
from bpmn_events.adapters.storage.connections.prepared import mark_reusable
from bpmn_events.adapters.storage.connections.statements import AnyRow, AnySelect, Condition, Fetch
from bpmn_events.adapters.storage.lookups import ADDRESSES, fetch_at_addresses
from bpmn_events.adapters.storage.schema.tables import open_tasks, process_instances, process_models, waiting_events
from bpmn_events.adapters.storage.sql.predicates import Predicate, render_as
from bpmn_events.adapters.storage.sql.sets import no_index, table_parameter
from bpmn_events.adapters.storage.tasks import rows as task_rows
from bpmn_events.application.ports.transaction import MAX_CANDIDATES
from bpmn_events.domain.events import ElementAddress


class _Candidate(Protocol):
    @property
    def id(self) -> str: ...
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

# Versions to read the oldest candidates of: the id of the version, the correlation and the element.
_versions = table_parameter("versions").alias("versions")
# Versions whose oldest candidates were read, with the same columns.
_seen = table_parameter("seen").alias("seen")


def _is_seen(model_id: ColumnElement[str]) -> ColumnElement[bool]:
    return exists().where(_seen.c.c0 == model_id, _seen.c.c1 == ADDRESSES.c.c1, _seen.c.c2 == ADDRESSES.c.c2)


_HAS_OTHER_VERSION = exists().where(
    process_models.c.key == ADDRESSES.c.c0, ~_is_seen(process_models.c.id).correlate(ADDRESSES, process_models)
)
# The instances of a correlation are fewer than the candidates, which most often wait in one instance.
_IS_OF_VERSION = (
    process_instances.c.correlation_id == _versions.c.c1,
    no_index(process_instances.c.process_model_id) == _versions.c.c0,
)
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
        of_instances = select(candidates.c.id).join_from(
            process_instances, candidates, candidates.c.process_instance_id == process_instances.c.id
        )
        element_id = no_index(candidates.c.element_id)
        of_version = of_instances.where(*_IS_OF_VERSION, element_id == _versions.c.c2)
        of_other_versions = of_instances.where(*_IS_OF_OTHER_VERSION, element_id == ADDRESSES.c.c2)
        select_oldest = partial(_select, table, columns, order, candidates)
        self._oldest = select_oldest(ADDRESSES, at_address)
        self._oldest_of_versions = select_oldest(_versions, of_version)
        self._oldest_of_other_versions = select_oldest(ADDRESSES, of_other_versions, _HAS_OTHER_VERSION)

    async def fetch(self, fetch: Fetch, addresses: Collection[ElementAddress]) -> dict[ElementAddress, list[C]]:
        """Return the candidates at each address, the oldest first.

        Of each model version, these are at least the oldest ``MAX_CANDIDATES``.
        """
        found = page = self._by_address(await fetch_at_addresses(fetch, self._oldest, addresses))
        # Most addresses are complete after the first statement: it found all candidates of all versions.
        while page := {address: read for address, read in page.items() if len(read) >= MAX_CANDIDATES}:
            if cut_off := _cut_off_versions(page):
                rest = await fetch(self._oldest_of_versions, {"versions": cut_off})
                found = self._merge(found, self._by_address(rest))
            seen = {_version(candidate) for address in page for candidate in found[address]}
            others = await fetch_at_addresses(fetch, self._oldest_of_other_versions, page, seen=list(seen))
            page = self._by_address(others)
            found = self._merge(found, page)
        return found

    def _by_address(self, rows: Iterable[AnyRow]) -> dict[ElementAddress, list[C]]:
        candidates: dict[ElementAddress, list[C]] = {}
        for candidate in map(self._parse, rows):
            address = ElementAddress(candidate.process_model_key, candidate.correlation_id, candidate.element_id)
            candidates.setdefault(address, []).append(candidate)
        return candidates

    def _merge(
        self, found: Mapping[ElementAddress, list[C]], more: Mapping[ElementAddress, list[C]]
    ) -> dict[ElementAddress, list[C]]:
        merged = dict(found)
        for address, candidates in more.items():
            by_id = {candidate.id: candidate for candidate in (*found[address], *candidates)}
            merged[address] = sorted(by_id.values(), key=self._age)
        return merged


def _version(candidate: _Candidate) -> tuple[str, str, str]:
    """Return the model version of a candidate with its correlation and element, a row of ``_versions``."""
    return candidate.process_model_id, candidate.correlation_id, candidate.element_id


def _cut_off_versions(page: Mapping[ElementAddress, Sequence[_Candidate]]) -> list[tuple[str, str, str]]:
    """Return the versions of which full pages have fewer than ``MAX_CANDIDATES``: the pages may end too early."""
    counts = Counter(_version(candidate) for candidates in page.values() for candidate in candidates)
    return [version for version, count in counts.items() if count < MAX_CANDIDATES]


def _select(
    table: Table,
    columns: Sequence[ColumnElement[Any]],
    order: tuple[str, ...],
    candidates: FromClause,
    keys: FromClause,
    ids: AnySelect,
    *conditions: Condition,
) -> Executable:
    """Return a SELECT of the oldest ``MAX_CANDIDATES`` of the candidates with these ids, for each row of ``keys``."""
    oldest = ids.order_by(*(candidates.c[name] for name in order)).limit(MAX_CANDIDATES).correlate(keys)
    statement = select(*columns).join_from(keys, table, _InSubquery(table.c.id, oldest.scalar_subquery()))
    return cast("Executable", mark_reusable(statement.where(*conditions).order_by(*(table.c[name] for name in order))))


waiting_event_candidates = CandidateLookup(
    waiting_events, rows.WAITING_EVENT, ("waiting_since", "id"), rows.waiting_event
)
open_task_candidates = CandidateLookup(open_tasks, task_rows.OPEN_TASK, ("id",), task_rows.open_task)
