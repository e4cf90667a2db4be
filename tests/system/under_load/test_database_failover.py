"""The primary of a PostgreSQL pair dies or falls silent under load, and the standby is promoted.

The servers find the new primary by themselves. Every acknowledged command is there, none twice.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.databases.postgres_node import PostgresNode
from tests.support.databases.postgres_pair import PostgresPair, running_pair
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.under_load.load import Load
from tests.system.under_load.rounds import in_long_runs, rounds

SERVERS = 2
CALLERS = 64
Break = Callable[[PostgresNode], None]


def start_product(stack: ExitStack, folder: Path) -> tuple[PostgresPair, list[ServerProcess]]:
    """Start a pair and servers that know both of its nodes."""
    pair = stack.enter_context(running_pair())
    url = pair.create_database()
    servers = []
    for number in range(SERVERS):
        own = folder / f"server-{number}"
        own.mkdir(parents=True)
        servers.append(stack.enter_context(running(ServerProcess(own, settings={"DATABASE_URL": url}))))
    return pair, servers


@in_long_runs
@pytest.mark.parametrize("breaks", [PostgresNode.kill, PostgresNode.silence], ids=["dies", "falls silent"])
async def test_callers_get_success_or_503_and_the_servers_go_on_by_themselves(breaks: Break, tmp_path: Path) -> None:
    longest, total = 0.0, 0
    for number in rounds():
        with ExitStack() as stack:
            pair, servers = await asyncio.to_thread(start_product, stack, tmp_path / f"{number}")
            addresses = [server.address for server in servers]
            load = Load(addresses, f"r{number}", cases=CALLERS // 4, seed=number)
            async with Client.of(addresses[0]) as client:
                await load.prepare(client)
                load.start(CALLERS)
                await load.until_answered(200)
                await asyncio.to_thread(breaks, pair.primary)
                await asyncio.sleep(0.5)
                await asyncio.to_thread(pair.promote_standby)
                seconds = await load.until_success_after(time.monotonic())
                await load.until_answered(200)
                # Before a silent primary wakes, it has to be fenced, or it would go on as a second primary.
                pair.primary.kill()
                await load.stop()
                report = await load.check(client, pair.standby_url)
                print(f"served {seconds:.1f} s after the promotion: {report}")
                assert report.is_clean, report
            longest, total = max(longest, seconds), total + report.acknowledged
    print(
        f"figures: {number + 1} failovers, served at most {longest:.1f} s after the promotion, {total:,} acknowledged"
    )
