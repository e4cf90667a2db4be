"""Four server processes on one PostgreSQL database never deadlock, whatever mixture of commands they execute."""

from contextlib import ExitStack
from pathlib import Path

from tests.support.postgres import PostgresServer, database_name
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.under_load.load import Load, Report
from tests.system.under_load.rounds import in_long_runs, rounds

SERVERS = 4
CALLERS = 24
ANSWERS = 600


@in_long_runs
async def test_four_servers_under_mixed_load(postgres_server: PostgresServer, tmp_path: Path) -> None:
    url = postgres_server.create_database()
    total = Report()
    with ExitStack() as stack:
        servers = []
        for number in range(SERVERS):
            folder = tmp_path / f"{number}"
            folder.mkdir()
            servers.append(stack.enter_context(running(ServerProcess(folder, settings={"DATABASE_URL": url}))))
        addresses = [server.address for server in servers]
        for number in rounds():
            # Few cases, so that the callers of all servers want the same instances.
            load = Load(addresses, f"r{number}", cases=4, seed=number)
            async with Client.of(addresses[0]) as client:
                await load.prepare(client)
                load.start(CALLERS)
                await load.until_answered(ANSWERS)
                await load.stop()
                total += await load.check(client, url)
                await load.close(client)
    deadlocks = postgres_server.node.query(
        f"SELECT deadlocks FROM pg_stat_database WHERE datname = '{database_name(url)}'"
    )
    print(f"figures: {number + 1} rounds, {deadlocks} deadlocks, {total}")
    assert int(deadlocks) == 0
    assert total.is_clean, total
