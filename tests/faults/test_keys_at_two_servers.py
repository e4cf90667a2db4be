"""An idempotency key belongs to one request of a caller, whichever server and operation it is sent to."""

import asyncio
from itertools import permutations

import pytest

from tests.api.tokens import token
from tests.faults.answers import send
from tests.faults.cases import deploy_models, open_case
from tests.faults.models import WORK, WORK_ONCE
from tests.faults.operations import WITH_KEY, Operation
from tests.faults.stage import Stage
from tests.system.client import Client

PAIRS = 6


@pytest.mark.parametrize("work", [WORK, WORK_ONCE], ids=["waits again", "waits once"])
@pytest.mark.parametrize("operation", WITH_KEY, ids=str)
async def test_the_same_request_at_two_servers_takes_effect_once_and_both_get_its_answer(
    stage: Stage, rival: Stage, operation: Operation, work: str
) -> None:
    await deploy_models(stage.client, work)
    for number in range(PAIRS):
        case = await open_case(stage.client, f"c-{number}")
        before = await case.view(stage.client)
        answers = await asyncio.gather(
            *(send(server.client, operation, case, case.id, before.ids) for server in (stage, rival, stage, rival))
        )
        assert [answer.code for answer in answers] == [None] * 4, answers
        assert sorted(answer.replayed for answer in answers) == [False, True, True, True]
        after = await case.view(rival.client)
        assert after.counters[operation.counter] - before.counters[operation.counter] == 1


async def test_a_key_that_another_operation_has_used_is_a_conflict(stage: Stage, rival: Stage) -> None:
    for number, (first, second) in enumerate(permutations(WITH_KEY, 2)):
        case = await open_case(stage.client, f"c-{number}")
        ids = (await case.view(stage.client)).ids
        assert (await send(stage.client, first, case, case.id, ids)).succeeded
        before = await case.view(stage.client)
        answer = await send(rival.client, second, case, case.id, ids)
        assert answer.code == "CONFLICT", (str(first), str(second), answer.details)
        assert (await case.view(stage.client)).counters == before.counters


async def test_two_operations_under_one_key_at_the_same_moment(stage: Stage, rival: Stage) -> None:
    for number, (first, second) in enumerate(permutations(WITH_KEY, 2)):
        case = await open_case(stage.client, f"c-{number}")
        before = await case.view(stage.client)
        answers = await asyncio.gather(
            send(stage.client, first, case, case.id, before.ids), send(rival.client, second, case, case.id, before.ids)
        )
        assert {answer.code for answer in answers} == {None, "CONFLICT"}, (str(first), str(second), answers)
        after = await case.view(stage.client)
        assert (after.counters - before.counters).total() == 1


@pytest.mark.parametrize("operation", WITH_KEY, ids=str)
async def test_callers_do_not_share_their_keys(stage: Stage, rival: Stage, operation: Operation) -> None:
    rival.client.http.headers["Authorization"] = f"Bearer {token(subject='bob')}"
    bob = Client(rival.client.http)
    case = await open_case(stage.client, "c-1")
    before = await case.view(stage.client)
    assert (await send(stage.client, operation, case, "key", before.ids)).succeeded
    answer = await send(bob, operation, case, "key")
    assert (answer.code, answer.replayed) == (None, False), answer.details
    after = await case.view(stage.client)
    assert after.counters[operation.counter] - before.counters[operation.counter] == 2
