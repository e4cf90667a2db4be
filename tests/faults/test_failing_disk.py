"""SQLite's COMMIT fails: the disk is full, cannot be written to, or cannot be synchronized.

After a failed synchronization only, the outcome is open: the server sees the transaction rolled back, but a crash may
bring it back, because its pages are in the log.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.answers import UNAVAILABLE, send
from tests.faults.cases import deploy_models, open_case
from tests.faults.operations import REPEATABLE
from tests.support.databases.disk_faults import DiskFault, FaultyDisk
from tests.support.server import ServerProcess, running
from tests.system.client import Client


@pytest.fixture
def disk(tmp_path: Path) -> FaultyDisk:
    return FaultyDisk(tmp_path)


@pytest.fixture
def server(disk: FaultyDisk, tmp_path: Path) -> Iterator[ServerProcess]:
    with running(ServerProcess(tmp_path, variables=disk.variables)) as running_server:
        yield running_server


@pytest.mark.parametrize("crash", [False, True], ids=["goes on", "crashes"])
@pytest.mark.parametrize("lasting", [False, True], ids=["passes", "stays"])
@pytest.mark.parametrize("fault", DiskFault, ids=lambda fault: fault.name)
async def test_callers_get_the_truth_or_settle_it_with_their_key(
    server: ServerProcess, disk: FaultyDisk, fault: DiskFault, lasting: bool, crash: bool
) -> None:
    async with Client.of(server.address) as client:
        await deploy_models(client)
        cases = [await open_case(client, f"c-{number}") for number in range(len(REPEATABLE))]
        views = [await case.view(client) for case in cases]
        disk.fail(fault, lasting=lasting)
        answers = await asyncio.gather(
            *(
                send(client, operation, case, case.id, view.ids)
                for operation, case, view in zip(REPEATABLE, cases, views, strict=True)
            )
        )
        assert {answer.code for answer in answers} <= {None, UNAVAILABLE}, answers
        if lasting:
            assert not any(answer.succeeded for answer in answers)
            assert any(answer.outcome_unknown for answer in answers) is (fault is DiskFault.IOERR_FSYNC), answers
        else:
            assert not disk.is_armed

    if crash:
        server.kill()
    disk.repair()
    if crash:
        server.start()
    async with Client.of(server.address) as client:
        for operation, case, view, answer in zip(REPEATABLE, cases, views, answers, strict=True):
            effect = (await case.view(client)).counters[operation.counter] - view.counters[operation.counter]
            possible = {0, 1} if answer.outcome_unknown else {int(answer.succeeded)}
            assert effect in possible, answer.details
            again = await send(client, operation, case, case.id, view.ids)
            assert again.succeeded, again.details
            assert again.replayed is bool(effect)
            later = await case.view(client)
            assert later.counters[operation.counter] - view.counters[operation.counter] == 1
