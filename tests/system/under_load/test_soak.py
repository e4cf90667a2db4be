"""Servers and databases are killed with -9 under mixed load: nothing is lost, doubled, half done or stuck.

``.ci/long soak`` repeats the rounds for a long time.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from tests.support.postgres import another_server
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.under_load.load import Load, Report
from tests.system.under_load.rounds import in_long_runs, rounds

SERVERS = 3
CALLERS = 16
ROUNDS = 4
Action = Callable[[], object]


@dataclass(frozen=True)
class System:
    """Servers over one database, and the ways to kill a part of it and to start that again."""

    url: str
    servers: list[ServerProcess]
    kills: list[tuple[str, Action, Action]]


def _kills_of(servers: list[ServerProcess]) -> list[tuple[str, Action, Action]]:
    return [("server", server.kill, server.start) for server in servers]


def _start_servers(stack: ExitStack, folder: Path, url: str, count: int) -> list[ServerProcess]:
    servers = []
    for number in range(count):
        own = folder / f"server-{number}"
        own.mkdir()
        server = stack.enter_context(running(ServerProcess(own, settings={"DATABASE_URL": url})))
        servers.append(server.keep_port())
    return servers


@pytest.fixture
def system(kind: str, tmp_path: Path) -> Iterator[System]:
    """Yield one server on an SQLite file, and several on a PostgreSQL server of their own."""
    with ExitStack() as stack:
        if kind == "sqlite":
            url = f"sqlite+aiosqlite:///{tmp_path}/soak.db"
            servers = _start_servers(stack, tmp_path, url, 1)
            yield System(url, servers, _kills_of(servers))
        else:
            postgres = stack.enter_context(another_server())
            url = postgres.create_database()
            servers = _start_servers(stack, tmp_path, url, SERVERS)
            database = ("database", postgres.node.kill, postgres.node.start)
            kills = [kill for server in _kills_of(servers) for kill in (server, database)]
            yield System(url, servers, kills)


@in_long_runs
async def test_nothing_is_lost_doubled_half_done_or_stuck(system: System, kind: str) -> None:
    random, total = Random(0), Report()
    killed: list[str] = []
    addresses = [server.address for server in system.servers]
    for number in rounds(minimum=ROUNDS):
        load = Load(addresses, f"r{number}", cases=6, seed=number)
        what, kill, start = system.kills[number % len(system.kills)]
        async with Client.of(addresses[0]) as client:
            await load.prepare(client)
            load.start(CALLERS)
            await load.until_answered(random.randrange(20, 200))
            await asyncio.to_thread(kill)
            killed.append(what)
            await asyncio.to_thread(start)
            await load.until_answered(100)
            await load.stop()
            report = await load.check(client, system.url)
            total += report
            assert report.is_clean, (number, what, report)
            await load.close(client)
    counts = ", ".join(f"{killed.count(what)} kills of a {what}" for what in sorted(set(killed)))
    print(f"figures: {kind}: {number + 1} rounds, {counts}, {total}")
