"""Several hosts over one database: each request is done once, on any of them."""

import asyncio
from typing import Any

import pytest

from bpmn_events.application.commands.end_task import PERSON_TASK_TYPES
from bpmn_events.application.commands.finish_task import FinishTask
from bpmn_events.application.ports.process_host import TargetNotFound
from tests.contract.host.stage import Stage

PAIRS = 30
TWO_STEPS = """
start > Paid > Work > end
Paid: receiveTask message=paid
Work: userTask
"""


@pytest.fixture
def kind() -> str:
    """Use PostgreSQL only: one server process writes an SQLite file."""
    return "postgresql"


async def send_to_both(stage: Stage, other: Stage, send: Any, number: int) -> list[Any]:
    """Return the outcomes of one request to two servers; ``number`` varies the delay between them."""
    first, second = (stage, other) if number % 2 else (other, stage)

    async def later() -> Any:
        await asyncio.sleep(number % 13 / 2000)
        return await send(second, f"k-{number}")

    return list(await asyncio.gather(send(first, f"k-{number}"), later(), return_exceptions=True))


async def test_a_request_sent_to_two_servers_is_done_once_and_returns_one_outcome(stage: Stage, other: Stage) -> None:
    await stage.deploy(TWO_STEPS)
    for number in range(PAIRS):
        stage.case = other.case = f"c-{number}"
        await stage.start()
        outcomes = await send_to_both(
            stage, other, lambda target, key: target.trigger("Paid", idempotency_key=key), number
        )
        assert not [each for each in outcomes if isinstance(each, BaseException)], (number, outcomes)
        assert outcomes[0].trigger == outcomes[1].trigger
        assert sorted(each.replayed for each in outcomes) == [False, True]
    assert len(await stage.triggers()) == PAIRS


async def finish(target: Stage, key: str) -> Any:
    command = FinishTask("p", target.case, "Work", PERSON_TASK_TYPES, None, key)
    return await target.host.finish_task(target.submitted(command))


async def test_a_task_request_sent_to_two_servers_is_done_once(stage: Stage, other: Stage) -> None:
    await stage.deploy(TWO_STEPS)
    for number in range(PAIRS):
        stage.case = other.case = f"c-{number}"
        await stage.start()
        await stage.trigger("Paid")
        outcomes = await send_to_both(stage, other, finish, number)
        assert not [each for each in outcomes if isinstance(each, BaseException)], (number, outcomes)
        assert sorted(each.replayed for each in outcomes) == [False, True]


async def test_without_a_key_one_of_two_servers_triggers_the_event(stage: Stage, other: Stage) -> None:
    await stage.deploy(TWO_STEPS)
    for number in range(PAIRS):
        stage.case = other.case = f"c-{number}"
        await stage.start()
        outcomes = await send_to_both(stage, other, lambda target, _: target.trigger("Paid"), number)
        assert sum(isinstance(each, TargetNotFound) for each in outcomes) == 1, (number, outcomes)
    assert len(await stage.triggers()) == PAIRS
