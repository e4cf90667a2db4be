"""The command that watches gets all changes, however slowly its output is read."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing

import pytest
import pytest_asyncio

from bpmn_events.cli.watching import following
from bpmn_events.cli.watching.following import follow
from bpmn_events.domain.changes import LocatedChange, WaitingEventAdded
from bpmn_events.domain.filters import WaitingEventFilter
from tests.delivery.world import World
from tests.system.models import TWO_STEPS


@pytest_asyncio.fixture
async def tailed(world: World) -> AsyncIterator[World]:
    """Yield a server whose subscriptions receive changes."""
    await world.deploy(TWO_STEPS)
    tail = asyncio.create_task(world.runtime.change_tail.run())
    yield world
    tail.cancel()


async def test_a_reader_that_falls_behind(tailed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_MAX_QUEUED", 5)
    monkeypatch.setattr(following, "_FEW", 2)
    subscriptions = tailed.runtime.services.subscriptions
    begin = await subscriptions.end()
    batches = follow(subscriptions, WaitingEventFilter(), begin)
    await tailed.start("two-steps", "first")
    seen = list((await anext(batches)).changes)
    for number in range(30):
        await tailed.start("two-steps", f"unread-{number}")
    expected = [event.id for event in await tailed.waits()]
    while len(seen) < len(expected):
        seen += (await anext(batches)).changes
    assert ids(seen) == expected
    await batches.aclose()

    seen.clear()
    batches = follow(subscriptions, WaitingEventFilter(), begin)
    while len(seen) < len(expected):  # all of them are old now
        seen += (await anext(batches)).changes
    assert ids(seen) == expected
    await batches.aclose()
    assert subscriptions.count == 0


def ids(changes: Sequence[LocatedChange]) -> list[str]:
    return [located.change.event.id for located in changes if isinstance(located.change, WaitingEventAdded)]


async def test_the_cursor_of_a_quiet_filter(tailed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The changes of others move the cursor on."""
    monkeypatch.setattr(following, "_QUIET_SECONDS", 0.05)
    subscriptions = tailed.runtime.services.subscriptions
    begin = await subscriptions.end()
    nothing = WaitingEventFilter(correlation_ids=("quiet",))
    async with aclosing(follow(subscriptions, nothing, begin)) as batches:
        await tailed.start("two-steps", "loud")
        end = await subscriptions.end()
        cursors = [(await anext(batches)).cursor]
        while cursors[-1].position < end.position:
            cursors.append((await anext(batches)).cursor)
        await tailed.start("two-steps", "quiet")
        batch = await anext(batches)
    (located,) = batch.changes
    assert located.cursor == batch.cursor
    assert batch.cursor.position > cursors[-1].position
