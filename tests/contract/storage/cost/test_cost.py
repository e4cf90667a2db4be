"""The cost of reads and writes: a constant number of statements, and index scans instead of table scans."""

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text

from bpmn_events.adapters.storage.database import Database
from bpmn_events.adapters.storage.schema.tables import NEVER
from bpmn_events.adapters.storage.transactions.sqlite import SqliteTransactions
from bpmn_events.adapters.storage.waiting_events import listings as event_listings
from bpmn_events.adapters.storage.waiting_events import queries as event_queries
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.events import ElementAddress, EventType
from bpmn_events.domain.filters import TriggerFilter, WaitingEventFilter, WaitingEventOrder, WaitingEventQuery
from bpmn_events.domain.idempotency import IdempotencyKey, IdempotencyRecord
from bpmn_events.domain.pages import PageRequest, Position
from bpmn_events.domain.principal import Principal
from bpmn_events.domain.statistics import Grouping
from tests.contract.storage.samples import (
    ALL_LANES,
    NOW,
    World,
    after,
    event_trigger,
    lower_limits,
    viewer,
    waiting_event,
)

Statement = tuple[str, Any]


@contextmanager
def statements() -> Iterator[list[Statement]]:
    """Collect the statements that any engine executes in the block."""
    seen: list[Statement] = []

    def record(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        seen.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", record)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", record)


async def trigger_all(world: World, count: int) -> None:
    """Trigger that many events in one batch, which looks them up and replaces them by new ones."""
    events = await world.add_events(count=count)
    ids = [each.id for each in events]
    instance = await world.instance()
    keys = [IdempotencyKey("ada", "trigger", identifier) for identifier in ids]
    new_events = [waiting_event(instance) for _ in events]
    async with world.database.write_store.transaction() as transaction:
        await transaction.idempotency_records(keys)
        await transaction.waiting_events(ids)
        await transaction.waiting_events_at([ElementAddress("order", f"c-{number}", "paid") for number in range(count)])
        await transaction.executions([instance.id])
        await transaction.write(
            WriteSet(
                triggered_events=ids,
                changed_instances={instance.id: replace(instance, variables={"count": count})},
                new_events={each.id: each for each in new_events},
                new_triggers=[event_trigger(each) for each in events],
                new_idempotency_records=[IdempotencyRecord(key, b"", b"", NOW) for key in keys],
            )
        )


async def read_everything(world: World) -> None:
    read_store = world.database.read_store
    caller = viewer("Sales", "Boss")
    page = PageRequest(limit=500, after=Position(0, "we_"))
    events = (await read_store.waiting_events(WaitingEventQuery(page), caller)).items
    await read_store.waiting_events_by_id([each.id for each in events], caller)
    await read_store.waiting_events_of("process_model_key", ["order", "hiring"], WaitingEventQuery(page), caller)
    await read_store.count_waiting_events(WaitingEventFilter(), caller)
    await read_store.triggers(TriggerFilter(), page, caller)
    await read_store.triggers_by_event([each.id for each in events])
    await read_store.triggers_of_instances([each.process_instance_id for each in events], page, caller)


@pytest.mark.parametrize("work", [trigger_all, lambda world, count: read_everything(world)], ids=["write", "read"])
async def test_the_number_of_statements_does_not_depend_on_the_number_of_rows(
    world: World, work: Callable[[World, int], Awaitable[None]]
) -> None:
    await world.add_events("hiring", "c-2")
    await world.element()
    counts = []
    for count in (1, 40):
        await world.add_events(count=count, lane="Sales")
        with statements() as seen:
            await work(world, count)
        counts.append(len([statement for statement, _ in seen if not statement.startswith("BEGIN")]))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("low_limits", [False, True], ids=["few", "many"])
async def test_a_list_takes_a_limited_number_of_statements(
    world: World, low_limits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number of statements depends on the access path of a page, and not on the number of its rows."""
    if low_limits:
        lower_limits(monkeypatch)
    for number in range(30):
        await world.add_events(("order", "hiring")[number % 2], f"c-{number}", element_id=f"paid{number % 7}")
    read_store = world.database.read_store
    for filter in [*FILTERS, *SEARCHES]:
        for limit in (2, 20, 500):
            for order in WaitingEventOrder:
                page = PageRequest(limit=limit, after=Position(0, "we_"))
                with statements() as seen:
                    await read_store.waiting_events(WaitingEventQuery(page, filter, order), viewer("Sales"))
                selects = [statement for statement, _ in seen if statement.startswith("SELECT")]
                assert len(selects) <= MAX_STATEMENTS, (filter, selects)


# Counts of the due events, the elements and the correlations; the last event of the scan ahead; the page from that scan
# and from the whole list; the flags of the page.
MAX_STATEMENTS = 7
FILTERS: list[WaitingEventFilter] = [
    WaitingEventFilter(),
    WaitingEventFilter(process_model_keys=("order",)),
    WaitingEventFilter(process_model_ids=("pm_1",)),
    WaitingEventFilter(correlation_ids=("c-1",)),
    WaitingEventFilter(process_instance_ids=("pi_1",)),
    WaitingEventFilter(event_types=(EventType.SIGNAL,)),
    WaitingEventFilter(element_ids=("paid",)),
    WaitingEventFilter(event_names=("payment",)),
    WaitingEventFilter(lanes=("Sales",)),
    WaitingEventFilter(waiting_since_before=after(10)),
    WaitingEventFilter(process_model_keys=("order",), event_types=(EventType.SIGNAL,)),
    WaitingEventFilter(process_model_keys=("order",), lanes=("Sales",)),
    WaitingEventFilter(process_model_keys=("order", "hiring"), lanes=("Sales", "Boss")),
    WaitingEventFilter(event_types=(EventType.SIGNAL, EventType.TIMER)),
]
PAGES = [PageRequest(limit=5), PageRequest(limit=5, after=Position(1, "we_1")), PageRequest(limit=5, backward=True)]
ORDERS = [WaitingEventOrder.WAITING_SINCE_ASC, WaitingEventOrder.WAITING_SINCE_DESC]
VIEWERS = [ALL_LANES, viewer("Sales")]
# Scans of intermediate results: a set of parameters, or the first rows of each range.
COMPUTED = r"SCAN (json_each|counts|parents|anon_\d+|\(subquery-\d+\)|ids|\d+ CONSTANT ROWS?|CONSTANT ROW)"

# FTS5 names the constraint that it uses: G for GLOB, and the column.
TRIGRAMS = r"SCAN \w+_search VIRTUAL TABLE INDEX 0:G\d+"


async def plan(database: Database, statement: Statement) -> list[str]:
    """Return the query plan of SQLite, one line for each step."""
    sql, parameters = statement

    def explain(connection: Connection) -> list[str]:
        return [str(row.detail) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters)]

    return await database.connections.run(explain)


def is_wasteful(step: str) -> bool:
    if re.match(COMPUTED, step) or re.fullmatch(TRIGRAMS, step):
        return False
    # A list without a filter is a scan of the index of its order.
    by_age = re.fullmatch(r"SCAN waiting_events USING (COVERING )?INDEX waiting_events_by_(age|due_at)", step)
    return (step.startswith("SCAN") and not by_age) or "AUTOMATIC" in step


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("caller", VIEWERS, ids=["all lanes", "one lane"])
async def test_pages_on_sqlite_neither_scan_nor_sort_the_table(world: World, caller: Principal) -> None:
    for filter in FILTERS:
        for page in PAGES:
            for order in ORDERS:
                with statements() as seen:
                    await world.database.read_store.waiting_events(WaitingEventQuery(page, filter, order), caller)
                    await world.database.read_store.waiting_events_of(
                        "process_model_key", ["order", "hiring"], WaitingEventQuery(page, filter, order), caller
                    )
                for statement in seen:
                    steps = await plan(world.database, statement)
                    assert [step for step in steps if is_wasteful(step)] == [], (filter, steps)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_a_page_of_one_range_on_sqlite_is_read_in_order(world: World) -> None:
    for filter in FILTERS[:12]:
        for page in PAGES:
            with statements() as seen:
                await world.database.read_store.waiting_events(WaitingEventQuery(page, filter), ALL_LANES)
            steps = await plan(world.database, seen[0])
            assert not any("TEMP B-TREE" in step for step in steps), (filter, steps)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_sqlite_takes_the_most_selective_index(world: World) -> None:
    """SQLite has no statistics: a million events may share an event type, but few share a correlation."""
    filter = WaitingEventFilter(
        process_model_keys=("order",), correlation_ids=("c-1",), event_types=(EventType.SIGNAL,), event_names=("paid",)
    )
    with statements() as seen:
        async with world.database.write_store.transaction() as transaction:
            await transaction.waiting_events_at([ElementAddress("order", "c-1", "paid")])
        for order in WaitingEventOrder:
            await world.database.read_store.waiting_events(WaitingEventQuery(PAGES[0], filter, order), viewer("Sales"))
        await world.database.read_store.count_waiting_events(filter, viewer("Sales"))
    plans = [await plan(world.database, each) for each in seen if each[0].startswith("SELECT")]
    assert len(plans) == 5
    at_address, *others = ([step for step in steps if "waiting_events" in step] for steps in plans)
    assert at_address == [
        "SEARCH waiting_events USING PRIMARY KEY (id=?)",
        "SEARCH candidates USING INDEX waiting_events_by_correlation_id (correlation_id=?)",
    ]
    for used in others:
        assert used == ["SEARCH waiting_events USING INDEX waiting_events_by_correlation_id (correlation_id=?)"]


@pytest.mark.parametrize("cheap_events", [0, 5_000], ids=["scanned first", "sorted at once"])
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_few_events_before_a_date_are_sorted(
    world: World, cheap_events: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_listings, "_MAX_SORTED_EVENTS", 2)
    monkeypatch.setattr(event_queries, "_CHEAP_EVENTS", cheap_events)
    (waiting, *_) = await world.add_events(count=3)
    for order, date, index in (
        (WaitingEventOrder.WAITING_SINCE_DESC, WaitingEventFilter(due_before=NOW), "due_at (due_at<?)"),
        (WaitingEventOrder.DUE_AT_ASC, WaitingEventFilter(waiting_since_before=NOW), "age (waiting_since<?)"),
        (WaitingEventOrder.WAITING_SINCE_ASC, WaitingEventFilter(due_before=NOW, search="pay"), "due_at (due_at<?)"),
    ):
        for filter in (date, replace(date, process_model_ids=(waiting.process_model_id,))):
            with statements() as seen:
                await world.database.read_store.waiting_events(WaitingEventQuery(PAGES[0], filter, order), ALL_LANES)
            steps = await plan(world.database, seen[-1])
            assert f"SEARCH waiting_events USING INDEX waiting_events_by_{index}" in steps, (filter, steps)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_other_statements_on_sqlite_use_indexes(world: World) -> None:
    await world.add_events()
    read_store = world.database.read_store
    address = ElementAddress("order", "c-1", "paid")
    with statements() as seen:
        await read_everything(world)
        await trigger_all(world, 2)
        for caller in VIEWERS:
            await read_store.last_triggers_at([address], caller)
            await read_store.cancelled_events_at([address], caller)
        await read_store.next_due(NOW)
        await read_store.due_events(NOW, 10)
        await read_store.count_waiting_events(WaitingEventFilter(due_before=NOW), ALL_LANES)
        await read_store.waiting_events(WaitingEventQuery(PageRequest(), WaitingEventFilter(due_before=NOW)), ALL_LANES)
        await read_store.triggers(TriggerFilter(correlation_id="c-1", process_model_key="order"), PAGES[0], VIEWERS[1])
        await read_store.triggers(TriggerFilter(), PAGES[0], VIEWERS[1])
        await read_store.instances_of_correlations(["c-1"], PAGES[0])
        await read_store.latest_models(["order"])
    wasteful = []
    for statement in seen:
        if statement[0].startswith("SELECT") and "count(" not in statement[0]:
            wasteful += [(step, statement[0]) for step in await plan(world.database, statement) if is_wasteful(step)]
    assert wasteful == []


async def fill(database: Database, count: int) -> None:
    """Store that many waiting events of 500 elements, and have PostgreSQL collect its statistics."""
    kind = """'paid' || e, (ARRAY['MESSAGE', 'SIGNAL', 'TIMER'])[1 + e % 3], 'payment' || e % 300,
        (ARRAY['Sales', 'Boss', NULL])[1 + e % 3], 'pm_' || e % 100, 'order' || e % 50"""
    of_element = "element_id, event_type, event_name, lane, process_model_id, process_model_key"
    rest = (
        "id, element_type, interrupting, due_at, waiting_since, process_instance_id, root_instance_id, correlation_id"
    )
    async with database.write_store.transaction() as transaction:
        for table in ("catch_elements", "waiting_events"):
            await transaction._connection.run(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"), {})
        for insert in (
            f"""INSERT INTO catch_elements ({of_element}, search_text)
            SELECT {kind}, 'paid' || e FROM generate_series(0, 499) AS e""",
            """INSERT INTO correlations (id, started_at, search_text)
            SELECT 'c-' || n, 0, 'c-' || n FROM generate_series(0, 4999) AS n""",
            f"""INSERT INTO waiting_events ({of_element}, {rest}, position)
            SELECT {kind}, 'we_' || n, 'BOUNDARY_EVENT', FALSE, {NEVER}, n, 'pi_1', 'pi_1', 'c-' || n % 5000, n
            FROM (SELECT n, n % 500 AS e FROM generate_series(1, {count}) AS n) AS numbers""",
        ):
            await transaction._connection.run(text(insert), {})
    for table in ("catch_elements", "correlations", "waiting_events"):
        await database.connections.run(
            lambda connection, table=table: connection.execute(text(f"VACUUM ANALYZE {table}"))  # type: ignore[misc]
        )


POSTGRES_FILTERS = [
    WaitingEventFilter(),
    WaitingEventFilter(process_model_keys=("order7",)),
    WaitingEventFilter(process_model_ids=("pm_7",)),
    WaitingEventFilter(correlation_ids=("c-7",)),
    WaitingEventFilter(process_instance_ids=("pi_2",)),
    WaitingEventFilter(event_types=(EventType.SIGNAL,)),
    WaitingEventFilter(element_ids=("paid7",)),
    WaitingEventFilter(event_names=("payment7",)),
    WaitingEventFilter(lanes=("Sales",)),
    WaitingEventFilter(waiting_since_before=after(10)),
    WaitingEventFilter(due_before=after(10)),
    WaitingEventFilter(process_model_keys=("order7",), event_types=(EventType.SIGNAL,)),
    WaitingEventFilter(process_model_keys=("order7", "order8"), lanes=("Sales",)),
]


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_pages_on_postgresql_do_not_scan_the_table(world: World) -> None:
    await fill(world.database, 20_000)
    for filter in POSTGRES_FILTERS:
        for caller in VIEWERS:
            for page in PAGES:
                query = WaitingEventQuery(page, filter)
                with statements() as seen:
                    await world.database.read_store.waiting_events(query, caller)
                    await world.database.read_store.waiting_events_of(
                        "process_model_key", ["order7", "order8"], query, caller
                    )
                for statement in seen:
                    steps = await postgres_plan(world.database, statement)
                    assert not any("Seq Scan on waiting_events" in step for step in steps), "\n".join(
                        (str(filter), str(caller), statement[0], *steps)
                    )


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_postgresql_does_not_scan_the_whole_order_for_rare_values(world: World) -> None:
    await fill(world.database, 20_000)
    read_store, page = world.database.read_store, PageRequest(limit=5)
    few = WaitingEventQuery(page, WaitingEventFilter(element_ids=("paid7",)), WaitingEventOrder.DUE_AT_ASC)
    with statements() as seen:
        await read_store.waiting_events_of("process_model_key", ["order7", "none"], WaitingEventQuery(page), ALL_LANES)
        await read_store.waiting_events_of("correlation_id", ["c-7", "none"], WaitingEventQuery(page), ALL_LANES)
        await read_store.waiting_events(few, ALL_LANES)
    # PostgreSQL would use the index on the key anyway if few rows shared each key.
    async with world.database.write_store.transaction() as transaction:
        await transaction._connection.run(text("UPDATE waiting_events SET process_model_key = 'order7'"), {})
    await world.database.connections.run(lambda connection: connection.execute(text("VACUUM ANALYZE waiting_events")))
    lists = [statement for statement in seen if "ORDER BY" in statement[0]]
    for statement in (lists[0], lists[1], lists[-1]):
        steps = await postgres_plan(world.database, statement)
        assert not any("by_age" in step or "by_due_at" in step for step in steps), "\n".join(steps)


async def postgres_plan(database: Database, statement: Statement, first: str = "SELECT 1") -> Sequence[str]:
    """Return the query plan of PostgreSQL, one line for each step, after executing the statement ``first``."""
    sql, parameters = statement

    def explain(connection: Connection) -> Sequence[str]:
        connection.exec_driver_sql(first)
        return [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {sql}", parameters)]

    return await database.connections.run(explain)


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize("caller", VIEWERS, ids=["all lanes", "one lane"])
async def test_other_lists_on_postgresql_have_an_index(world: World, caller: Principal) -> None:
    """PostgreSQL prefers to scan small tables; the test disables this, so that a scan means there is no index."""
    (waiting,) = await world.add_events(lane="Sales")
    read_store, instances = world.database.read_store, [waiting.process_instance_id]
    filters = [
        TriggerFilter(),
        TriggerFilter(process_model_key="order"),
        TriggerFilter(correlation_id="c-1"),
        TriggerFilter(event_id=waiting.id),
        TriggerFilter("order", "c-1", waiting.id),
    ]
    with statements() as seen:
        for page in PAGES[:2]:
            for filter in filters:
                await read_store.triggers(filter, page, caller)
            await read_store.triggers_of_instances(instances, page, caller)
            await read_store.instances_of_correlations(["c-1"], page)
            for parent, key in (("process_instance_id", instances[0]), ("correlation_id", "c-1")):
                await read_store.waiting_events_of(parent, [key], WaitingEventQuery(page), caller)
        for filter in filters[1:]:
            await read_store.count_triggers(filter, caller)
        await read_store.count_triggers_of_instances(instances, caller)
        await read_store.count_instances_of_correlations(["c-1"])
        for event_filter in POSTGRES_FILTERS[1:]:
            await read_store.waiting_event_groups(event_filter, list(Grouping), caller, NOW, 10)
            await read_store.count_waiting_events(event_filter, caller)
    for statement in seen:
        if statement[0].startswith("SELECT"):
            steps = await postgres_plan(world.database, statement, "SET enable_seqscan = off")
            assert [step for step in steps if "Seq Scan" in step] == [], statement[0]


SEARCHES = [
    WaitingEventFilter(search="paid7"),
    WaitingEventFilter(search="c-12"),
    WaitingEventFilter(search="nowhere"),
    WaitingEventFilter(search="paid7", process_model_keys=("order7",)),
    WaitingEventFilter(search="c-12", event_types=(EventType.SIGNAL,)),
    WaitingEventFilter(search="paid7", correlation_ids=("c-7",)),
]


async def search(world: World, caller: Principal) -> list[Statement]:
    """Return the statements of pages, counts and statistics with a search text."""
    read_store = world.database.read_store
    with statements() as seen:
        for filter in SEARCHES:
            for page in PAGES:
                for order in ORDERS:
                    await read_store.waiting_events(WaitingEventQuery(page, filter, order), caller)
            await read_store.count_waiting_events(filter, caller)
            await read_store.waiting_event_groups(filter, list(Grouping), caller, NOW, 10)
    return [statement for statement in seen if statement[0].startswith("SELECT")]


@pytest.mark.parametrize("low_limits", [False, True], ids=["few", "many"])
@pytest.mark.parametrize("caller", VIEWERS, ids=["all lanes", "one lane"])
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_a_search_on_sqlite_has_an_index(
    world: World, caller: Principal, low_limits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12, 15):
        await world.add_events("order7", f"c-{number}", element_id=f"paid{number}", lane="Sales")
    if low_limits:
        lower_limits(monkeypatch)
    for statement in await search(world, caller):
        steps = await plan(world.database, statement)
        assert [step for step in steps if is_wasteful(step)] == [], statement[0]


@pytest.mark.parametrize("low_limits", [False, True], ids=["few", "many"])
@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_a_search_on_postgresql_has_an_index(
    world: World, low_limits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(world.database, 20_000)
    if low_limits:
        lower_limits(monkeypatch)
    for caller in VIEWERS:
        for statement in await search(world, caller):
            steps = await postgres_plan(world.database, statement, "SET enable_seqscan = off")
            assert [step for step in steps if "Seq Scan" in step] == [], statement[0]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_an_sqlite_writer_keeps_one_connection(world: World) -> None:
    assert isinstance(world.database.transactions, SqliteTransactions)
    opened = []
    event.listen(world.database.transactions.engine, "connect", lambda *_: opened.append(1))
    for number in range(3):
        await world.add_events(correlation_id=f"c-{number}")
    assert len(opened) == 1
