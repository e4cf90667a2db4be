"""Measures one, two and four servers on one PostgreSQL database under the same load: ``python -m`` this module.

The load is 70 % triggers, 20 % messages and 10 % signals on instances that all servers share. It exits with 1 if four
servers achieve less than half of what one achieves, or if PostgreSQL has counted a deadlock. The fsync of this
PostgreSQL is off, so that the figures do not depend on the disk.
"""

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from statistics import median
from urllib.parse import quote

import msgspec
import psutil

from benchmarks.load import Measurement, Plan, Request
from tests.api.rest.client import trigger_path
from tests.api.tokens import token
from tests.faults.cases import deploy_models, open_case
from tests.support.postgres import PostgresServer, running_server
from tests.support.server import ServerProcess, running
from tests.system.client import Client

ROOT = Path(__file__).parents[3]
SERVERS = (1, 2, 4)
CASES = 400
CALLERS = 64
SECONDS = 6.0
ROUNDS = 3
REQUESTS = 30_000


def _requests(random: Random) -> Iterator[Request]:
    for _ in range(REQUESTS):
        case, choice = f"c-{random.randrange(CASES)}", random.random()
        if choice < 0.7:
            path = trigger_path("work", case, "again")
        else:
            path = f"/{'messages/again' if choice < 0.9 else 'signals/alarm'}/trigger?correlation_id={quote(case)}"
        yield Request("POST", path, "{}")


def measure(servers: Sequence[ServerProcess], postgres: PostgresServer, random: Random) -> tuple[float, str]:
    """Load the servers for some seconds. Return the responses per second, and a line of figures.

    Raises:
        RuntimeError: a request failed.
    """
    processes = [psutil.Process(server.process.pid) for server in servers if server.process is not None]
    before, database_before = sum(map(_cpu_seconds, processes)), _database_cpu_seconds(postgres)
    generators = []
    for server in servers:
        port = int(server.address.rpartition(":")[2])
        plan = Plan(port, CALLERS // len(servers), SECONDS, "{", token(), list(_requests(random)))
        command = [sys.executable, "-m", "benchmarks.load"]
        generator = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert generator.stdin is not None
        generator.stdin.write(msgspec.json.encode(plan))
        generator.stdin.close()
        generators.append(generator)
    measurements = [_read(generator) for generator in generators]
    failed = [measurement.first_bad for measurement in measurements if measurement.bad]
    if failed:
        raise RuntimeError(f"a request failed: {failed[0]}")
    count = sum(len(measurement.good) for measurement in measurements)
    rate = count / max(measurement.seconds for measurement in measurements)
    latencies = sorted(latency for measurement in measurements for latency in measurement.latencies)
    own = (sum(map(_cpu_seconds, processes)) - before) / count
    database = (_database_cpu_seconds(postgres) - database_before) / count
    return rate, (
        f"{rate:.0f}/s, p50 {latencies[count // 2] * 1e3:.0f} ms, p99 {latencies[count * 99 // 100] * 1e3:.0f} ms, "
        f"processor time per request {own * 1e6:.0f} us (servers) + {database * 1e6:.0f} us (PostgreSQL)"
    )


def _read(generator: subprocess.Popen[bytes]) -> Measurement:
    assert generator.stdout is not None
    with generator.stdout:
        output = generator.stdout.read()
    generator.wait()
    return msgspec.json.decode(output, type=Measurement)


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _database_cpu_seconds(postgres: PostgresServer) -> float:
    postmaster = psutil.Process(postgres.node.pid)
    return sum(map(_cpu_seconds, [postmaster, *postmaster.children()]))


@contextmanager
def _running_servers(url: str, count: int) -> Iterator[list[ServerProcess]]:
    with ExitStack() as stack:
        servers = []
        for _ in range(count):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            servers.append(stack.enter_context(running(ServerProcess(folder, settings={"DATABASE_URL": url}))))
        yield servers


async def _prepare(address: str) -> None:
    async with Client.of(address) as client:
        await deploy_models(client)
        await asyncio.gather(*(open_case(client, f"c-{number}") for number in range(CASES)))


def main() -> int:
    random = Random(0)
    rates: dict[int, list[float]] = {count: [] for count in SERVERS}
    with running_server() as postgres, _running_servers(postgres.create_database(), max(SERVERS)) as servers:
        asyncio.run(_prepare(servers[0].address))
        for _ in range(ROUNDS):
            for count in SERVERS:
                rate, figures = measure(servers[:count], postgres, random)
                rates[count].append(rate)
                print(f"{count} servers: {figures}", flush=True)
        deadlocks = int(postgres.node.query("SELECT sum(deadlocks) FROM pg_stat_database"))
    rate_of = {count: median(values) for count, values in rates.items()}
    summary = ", ".join(f"{count} servers {rate:.0f}/s" for count, rate in rate_of.items())
    print(f"figures: {summary}, {deadlocks} deadlocks")
    return int(rate_of[max(SERVERS)] < rate_of[1] / 2 or deadlocks > 0)


if __name__ == "__main__":
    sys.exit(main())
