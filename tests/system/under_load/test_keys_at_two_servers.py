"""The same request under one idempotency key reaches two server processes at the same moment."""

import asyncio

import pytest

from tests.faults.answers import send
from tests.faults.cases import deploy_models, open_case
from tests.faults.models import WORK, WORK_ONCE
from tests.faults.operations import WITH_KEY
from tests.support.server import ServerProcess
from tests.system.client import Client

PAIRS = 8


@pytest.mark.parametrize("work", [WORK, WORK_ONCE], ids=["waits again", "waits once"])
async def test_one_server_executes_the_request_and_both_give_its_answer(
    two_servers: tuple[ServerProcess, ServerProcess], work: str
) -> None:
    first, second = two_servers
    async with Client.of(first.address) as client, Client.of(second.address) as rival:
        await deploy_models(client, work)
        for operation in WITH_KEY:
            for number in range(PAIRS):
                case = await open_case(client, f"{operation}-{number}")
                before = await case.view(client)
                answers = await asyncio.gather(
                    *(send(server, operation, case, case.id, before.ids) for server in (client, rival))
                )
                assert [answer.code for answer in answers] == [None, None], answers
                assert sorted(answer.replayed for answer in answers) == [False, True], operation
                after = await case.view(client)
                assert after.counters[operation.counter] - before.counters[operation.counter] == 1
