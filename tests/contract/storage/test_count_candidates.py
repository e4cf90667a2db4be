"""The number of the candidates of an ambiguous element, also if it cannot be counted."""

from pathlib import Path

import pytest

from bpmn_events.adapters.storage.database import open_database
from bpmn_events.application.commands.command import Submission
from bpmn_events.application.commands.end_task import PERSON_TASK_TYPES
from bpmn_events.application.commands.finish_task import FinishTask
from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.queries.count_candidates import CountCandidates
from bpmn_events.domain.access import MAX_NEXT_ITEMS
from bpmn_events.domain.errors import EventAmbiguous, TaskAmbiguous
from tests.contract.storage.samples import ALL_LANES, World, open_task

COUNT = MAX_NEXT_ITEMS + 20


async def messages(world: World, read_store: ReadStore, max_seconds: float = 60) -> list[str]:
    """Return the messages of the errors about an ambiguous event and an ambiguous task."""
    events = await world.add_events(count=COUNT)
    tasks = [open_task(await world.instance()) for _ in range(COUNT)]
    await world.write(WriteSet(new_tasks={task.id: task for task in tasks}))
    candidates = CountCandidates(read_store, max_seconds)
    trigger = Submission(ALL_LANES, TriggerEvent("order", "c-1", "paid"))
    finish = Submission(ALL_LANES, FinishTask("order", "c-1", "approve", PERSON_TASK_TYPES))
    event_error = EventAmbiguous("paid", tuple(events[:MAX_NEXT_ITEMS]))
    task_error = TaskAmbiguous("approve", tuple(tasks[:MAX_NEXT_ITEMS]))
    return [
        str(await candidates.of_event(trigger, event_error)).partition(":")[0],
        str(await candidates.of_task(finish, task_error)).partition(":")[0],
    ]


UNKNOWN = [
    "at least 100 occurrences wait at the element 'paid'",
    "at least 100 occurrences of the task 'approve' are open",
]


async def test_all_candidates_are_counted(world: World) -> None:
    assert await messages(world, world.database.read_store) == [
        "120 occurrences wait at the element 'paid'",
        "120 occurrences of the task 'approve' are open",
    ]


async def test_a_count_that_takes_too_long_is_left_out(world: World) -> None:
    read_store = world.database.read_store
    assert await messages(world, read_store, max_seconds=0) == UNKNOWN
    await read_store.latest_models(["order"])


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("is_database", [False, True], ids=["no database", "no tables"])
async def test_a_count_that_fails_is_left_out(
    world: World, is_database: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "other.db").write_bytes(b"" if is_database else b"something else" * 100)
    unusable = open_database(f"sqlite+aiosqlite:///{tmp_path}/other.db")
    try:
        assert await messages(world, unusable.read_store) == UNKNOWN
    finally:
        await unusable.close()
    # The connections log that a database cannot be used.
    assert ("could not be counted" in caplog.text) == is_database
