"""The command that watches gets all changes, however slowly its output is read."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bpmn_events.application.queries.list_waiting_events import ListWaitingEvents
from bpmn_events.cli.watching import following, lines
from bpmn_events.cli.watching.following import follow
from bpmn_events.cli.watching.output import Output
from bpmn_events.domain.changes import LocatedChange, WaitingEventAdded
from bpmn_events.domain.errors import EngineUnavailable
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.filters import WaitingEventFilter
from bpmn_events.domain.pages import Page
from bpmn_events.web.changes_cursors import encode_changes_cursor
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


class Interrupted(ListWaitingEvents):
    """The list, while the database cannot be used at each second page."""

    is_up = False

    async def __call__(self, *arguments: Any, **options: Any) -> Page[WaitingEvent]:
        self.is_up = not self.is_up
        if not self.is_up:
            raise EngineUnavailable
        return await super().__call__(*arguments, **options)


async def test_a_list_that_is_interrupted(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each event is listed once, and what is removed meanwhile is among the changes after the list."""
    monkeypatch.setattr(lines, "MAX_PAGE", 2)
    monkeypatch.setattr(lines, "PAUSE_SECONDS", 0.0)
    await world.deploy(TWO_STEPS)
    for number in range(7):
        await world.start("two-steps", f"c-{number}")
    expected = [event.id for event in await world.waits()]
    before = await world.runtime.services.subscriptions.end()
    with (tmp_path / "lines").open("w+b") as file:
        interrupted = Interrupted(world.runtime.database.read_store)
        view = lines.Lines(lines.JsonLines(), Output(file.fileno()), interrupted, WaitingEventFilter())
        cursor = await view.show_all()
        file.seek(0)
        *listed, last = map(json.loads, file)
    assert [line["event"]["id"] for line in listed] == expected
    assert last == {"change": "cursor", "cursor": encode_changes_cursor(cursor)}
    assert cursor.position == before.position
