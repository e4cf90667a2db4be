"""Several hosts over one database: whichever is asked, each thing is done once."""

import asyncio
from typing import Any

import pytest

from bpmn_events.application.commands.end_task import FINISHED_BY_PEOPLE
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
    """An SQLite file takes one writing server process."""
    return "postgresql"


async def both(stage: Stage, other: Stage, ask: Any, number: int) -> list[Any]:
    """The answers of two servers that are asked at nearly the same moment, ever a bit more apart."""
    first, second = (stage, other) if number % 2 else (other, stage)

    async def later() -> Any:
        await asyncio.sleep(number % 13 / 2000)
        return await ask(second, f"k-{number}")

    return list(await asyncio.gather(ask(first, f"k-{number}"), later(), return_exceptions=True))


async def test_a_request_that_is_sent_to_two_servers_is_done_once_and_answered_alike(
    stage: Stage, other: Stage
) -> None:
    await stage.deploy(TWO_STEPS)
    for number in range(PAIRS):
        stage.case = other.case = f"c-{number}"
        await stage.start()
        answers = await both(stage, other, lambda one, key: one.trigger("Paid", idempotency_key=key), number)
        assert not [each for each in answers if isinstance(each, BaseException)], (number, answers)
        assert answers[0].trigger == answers[1].trigger
        assert sorted(each.replayed for each in answers) == [False, True]
    assert len(await stage.triggers()) == PAIRS


async def finish(one: Stage, key: str) -> Any:
    command = FinishTask("p", one.case, "Work", FINISHED_BY_PEOPLE, None, key)
    return await one.host.finish_task(one.submitted(command))


async def test_the_same_of_ending_a_task(stage: Stage, other: Stage) -> None:
    await stage.deploy(TWO_STEPS)
    for number in range(PAIRS):
        stage.case = other.case = f"c-{number}"
        await stage.start()
        await stage.trigger("Paid")
        answers = await both(stage, other, finish, number)
        assert not [each for each in answers if isinstance(each, BaseException)], (number, answers)
        assert sorted(each.replayed for each in answers) == [False, True]


async def test_without_a_key_one_of_two_servers_triggers_it(stage: Stage, other: Stage) -> None:
    await stage.deploy(TWO_STEPS)
    for number in range(PAIRS):
        stage.case = other.case = f"c-{number}"
        await stage.start()
        answers = await both(stage, other, lambda one, _: one.trigger("Paid"), number)
        assert sum(isinstance(each, TargetNotFound) for each in answers) == 1, (number, answers)
    assert len(await stage.triggers()) == PAIRS
