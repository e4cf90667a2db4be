"""Every SQL statement of every write transaction fails in turn: the transaction is applied wholly or not at all.

Afterwards the server goes on: the same request succeeds, and takes effect once in total.
"""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
import pytest_asyncio

from tests.faults.answers import UNAVAILABLE, Answer, send
from tests.faults.cases import Case, open_case
from tests.faults.models import TASKS, WAITING
from tests.faults.operations import ALL, TERMINATE, THROWING_TRIGGER, TRIGGER, Operation
from tests.faults.stage import Stage, open_prepared_stage
from tests.support.clock import Clock
from tests.support.databases.dumps import Dump, dump
from tests.support.databases.statement_faults import StatementFault, statement_faults

# Fences belong to transactions, not to processes: one may remain of a transaction that was tried again.
FENCES = "write_fences"
# A failed attempt of the server's own loops may be stored.
ATTEMPTS = {"attempts", "due_at"}
MAX_STATEMENTS = 100


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime.now(UTC))


@pytest_asyncio.fixture
async def stage(url: str, clock: Clock) -> AsyncIterator[Stage]:
    async with open_prepared_stage(url, clock) as opened:
        yield opened


@pytest.fixture
def fault() -> Iterator[StatementFault]:
    with statement_faults() as listening:
        yield listening


async def read_content(url: str) -> Dump:
    return await dump(url, ignored_tables={FENCES})


def without_attempts(content: Dump) -> Dump:
    return {
        table: [{name: value for name, value in row.items() if name not in ATTEMPTS} for row in rows]
        for table, rows in content.items()
    }


def row_counts(before: Dump, after: Dump) -> dict[str, int]:
    """Return how many rows each table has gained."""
    return {table: len(rows) - len(before[table]) for table, rows in after.items()}


async def check_case(stage: Stage, case: Case, before: Counter[str], effect: Counter[str]) -> None:
    """Check that the case has changed by the effect, and that its stored parts agree."""
    view = await case.view(stage.client)
    assert view.counters - before == effect
    running = view.counters["instances"] - view.counters["terminated"]
    assert (view.waiting, view.tasks) == (sorted(WAITING * running), sorted(TASKS * running))
    for element, counter in (("again", "again"), ("alarm", "alarm"), ("go", "going"), ("ring", "rung")):
        assert view.triggers[element] == view.counters[counter]
    assert view.triggers["note"] == view.counters["noted"]


@pytest.mark.parametrize("lasting", [False, True], ids=["one fails", "all fail from one on"])
@pytest.mark.parametrize("operation", ALL, ids=str)
async def test_a_command(stage: Stage, url: str, fault: StatementFault, operation: Operation, lasting: bool) -> None:
    usual: dict[str, int] | None = None
    for number in count():
        assert number < MAX_STATEMENTS
        case = await open_case(stage.client, f"c-{number}")
        view, before = await case.view(stage.client), await read_content(url)
        fault.arm(number, lasting=lasting)
        answer = await send(stage.client, operation, case, case.id, view.ids)
        fault.disarm()
        if answer.succeeded:
            await check_case(stage, case, view.counters, Counter({operation.counter: 1}))
        else:
            check_refusal(answer, fault.failed)
            assert await read_content(url) == before, fault.failed

        again = await send(stage.client, operation, case, case.id, view.ids)
        if operation is not TERMINATE or not answer.succeeded:
            assert again.succeeded, (again.details, fault.failed)
        assert not operation.takes_key or again.replayed is answer.succeeded
        await check_case(stage, case, view.counters, Counter({operation.counter: 1}))
        gained = row_counts(before, await read_content(url))
        usual = usual or gained  # of number 0, which fails nothing
        assert gained == usual, fault.failed
        if number > 0 and not fault.failed:
            break
    print(f"figures: {operation}: {number - 1} statements")


def check_refusal(answer: Answer, failed: list[str]) -> None:
    """Check that the caller knows that nothing was changed, or that it does not know if a COMMIT failed."""
    assert answer.code == UNAVAILABLE, (answer.details, failed)
    assert not answer.outcome_unknown or "COMMIT" in failed, failed


@dataclass(frozen=True)
class Work:
    """Work of a background loop.

    Attributes:
        prepare: makes some of it due, for a new case.
        run: does all that is due.
        is_done: returns whether the work of the case has been done.
        partial: the tables that a run may change although its work is not done, for work in several transactions.
    """

    name: str
    prepare: Callable[[Stage, Clock, Case], Awaitable[None]]
    run: Callable[[Stage], Awaitable[Any]]
    is_done: Callable[[Stage, Case, Dump], Awaitable[bool]]
    partial: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return self.name


async def throw_message(stage: Stage, _clock: Clock, case: Case) -> None:
    assert (await send(stage.client, THROWING_TRIGGER, case)).succeeded


async def make_timer_due(_stage: Stage, clock: Clock, _case: Case) -> None:
    clock.advance(hours=1)


async def expire_records(stage: Stage, clock: Clock, case: Case) -> None:
    """Store an outcome under a key and the cancellation of events, and let both expire."""
    assert (await send(stage.client, TRIGGER, case, case.id)).succeeded
    other = await open_case(stage.client, f"{case.id}-other")
    assert (await send(stage.client, TERMINATE, other)).succeeded
    clock.now += timedelta(days=365)


async def is_delivered(stage: Stage, case: Case, _content: Dump) -> bool:
    return (await case.view(stage.client)).counters["noted"] > 0


async def has_fired(stage: Stage, case: Case, _content: Dump) -> bool:
    return (await case.view(stage.client)).counters["rung"] > 0


async def is_tidy(_stage: Stage, _case: Case, content: Dump) -> bool:
    return not content["idempotency_records"] and not content["cancelled_events"]


WORKS = (
    Work("delivery", throw_message, Stage.deliver, is_delivered),
    Work("timer", make_timer_due, Stage.fire, has_fired),
    Work(
        "retention",
        expire_records,
        lambda stage: stage.runtime.retention.delete_expired(),
        is_tidy,
        frozenset({"idempotency_records", "cancelled_events", "positions"}),
    ),
)


@pytest.mark.parametrize("lasting", [False, True], ids=["one fails", "all fail from one on"])
@pytest.mark.parametrize("work", WORKS, ids=str)
async def test_background_work(
    stage: Stage, url: str, clock: Clock, fault: StatementFault, work: Work, lasting: bool
) -> None:
    for number in count(1):
        assert number < MAX_STATEMENTS
        case = await open_case(stage.client, f"c-{number}")
        await work.prepare(stage, clock, case)
        before = without_attempts(await read_content(url))
        fault.arm(number, lasting=lasting)
        with suppress(Exception):  # the supervisor of the loops starts them again
            await work.run(stage)
        fault.disarm()
        after = without_attempts(await read_content(url))
        if not await work.is_done(stage, case, after):
            changed = {table for table, rows in after.items() if rows != before[table]}
            assert changed <= work.partial, fault.failed

        for _ in range(5):  # a failed attempt is postponed
            if await work.is_done(stage, case, await read_content(url)):
                break
            clock.advance(minutes=1)
            await work.run(stage)
        assert await work.is_done(stage, case, await read_content(url)), fault.failed
        view = await case.view(stage.client)
        assert max(view.counters["noted"], view.counters["rung"]) <= 1
        await check_case(stage, case, view.counters, Counter())
        assert (await send(stage.client, TERMINATE, case)).succeeded  # its timer is not due in the next round
        if not fault.failed:
            break
    print(f"figures: {work}: {number - 1} statements")
