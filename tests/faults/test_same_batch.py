"""Commands that arrive together see what the earlier ones of their batch have done, as if each came alone."""

import asyncio
from collections import Counter

import pytest

from tests.faults.answers import send
from tests.faults.cases import open_case
from tests.faults.models import TASKS, WAITING
from tests.faults.operations import (
    FINISH_EXTERNAL_TASK,
    FINISH_USER_TASK,
    MESSAGE,
    REPEATABLE,
    START,
    THROW_ERROR,
    TRIGGER,
    Operation,
)
from tests.faults.stage import Stage

TOGETHER = 4


@pytest.mark.parametrize("operation", REPEATABLE, ids=str)
async def test_the_same_command_many_times_in_one_batch(stage: Stage, operation: Operation) -> None:
    case = await open_case(stage.client, "c-1")
    before = await case.view(stage.client)
    answers = await asyncio.gather(*(send(stage.client, operation, case, ids=before.ids) for _ in range(TOGETHER)))
    after = await case.view(stage.client)
    assert [answer.code for answer in answers] == [None] * TOGETHER
    assert after.counters - before.counters == Counter({operation.counter: TOGETHER})


async def test_different_commands_on_one_instance_in_one_batch(stage: Stage) -> None:
    """All of them succeed, in any order: what one makes wait again, the next one finds."""
    case = await open_case(stage.client, "c-1")
    ids = (await case.view(stage.client)).ids
    commands = [operation for operation in REPEATABLE if operation is not START] * 2
    answers = await asyncio.gather(*(send(stage.client, operation, case, ids=ids) for operation in commands))
    assert [answer.code for answer in answers] == [None] * len(commands)
    view = await case.view(stage.client)
    expected = Counter(operation.counter for operation in commands)
    assert view.counters == expected + Counter({"instances": 1})
    assert (view.waiting, view.tasks) == (WAITING, TASKS)


@pytest.mark.parametrize("operation", [TRIGGER, MESSAGE, FINISH_USER_TASK, FINISH_EXTERNAL_TASK, THROW_ERROR], ids=str)
async def test_a_command_on_what_a_start_in_the_same_batch_makes_wait(stage: Stage, operation: Operation) -> None:
    """A caller may not wait for the answer to the start before it sends the next command of the correlation."""
    case = await open_case(stage.client, "c-1")
    new = type(case)("c-2")
    started, answer = await asyncio.gather(
        send(stage.client, START, new, ids={}), send(stage.client, operation, new, ids={})
    )
    assert started.succeeded
    assert answer.succeeded, answer.details
    view = await new.view(stage.client)
    assert view.counters == Counter({"instances": 1, operation.counter: 1})
