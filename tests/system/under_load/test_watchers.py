"""Watchers miss nothing while servers and databases are killed with -9: what they know becomes what is listed.

``.ci/long live`` repeats the rounds for a long time, with more watchers and callers.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.answers import send
from tests.faults.cases import Case
from tests.faults.operations import TERMINATE
from tests.support.databases.postgres_pair import PostgresPair, running_pair
from tests.support.polling import wait_until
from tests.support.postgres import another_server
from tests.support.server import ServerProcess, running
from tests.system.client import DEPLOY, START, Client, Unavailable
from tests.system.models import TWO_STEPS
from tests.system.under_load.load import Load
from tests.system.under_load.rounds import rounds
from tests.system.under_load.steps import MODEL, Steps
from tests.system.under_load.subjects import EVENT_TRIGGERS, OPEN_TASKS, waiting_events
from tests.system.under_load.watching import Watchers

IS_LONG = "SOAK_MINUTES" in os.environ
WATCHERS = 200 if IS_LONG else 48
CALLERS = 64 if IS_LONG else 16
ANSWERS = 500 if IS_LONG else 50
CASES = 16 if IS_LONG else 6
Action = Callable[[], object]

ALL_EVENTS = waiting_events("all events", "", "")
SUBJECTS = (
    ALL_EVENTS,
    waiting_events("events of a model", 'processModelKeys: ["steps"]', "process_model_key=steps"),
    waiting_events("events at elements", 'elementIds: ["go", "First"]', "element_id=go&element_id=First"),
    OPEN_TASKS,
    EVENT_TRIGGERS,
)


WITH_TIMERS = """
query($after: String) { waitingEvents(first: 500, after: $after, filter: { processModelKeys: ["work", "keeper"] }) {
  ... on WaitingEventConnection { nodes { processInstance { id } } pageInfo { hasNextPage endCursor } } } }
"""


@dataclass(frozen=True)
class System:
    """Servers over one database, and the ways to kill a part of it and to start that again."""

    url: str
    addresses: list[str]
    kills: list[tuple[Action, Action]]


def start_servers(stack: ExitStack, folder: Path, url: str, count: int) -> list[ServerProcess]:
    """Start servers that keep their ports when they are started again."""
    servers = []
    for number in range(count):
        own = folder / f"server-{number}"
        own.mkdir()
        server = stack.enter_context(running(ServerProcess(own, settings={"DATABASE_URL": url})))
        servers.append(server.keep_port())
    return servers


@pytest.fixture
def system(kind: str, tmp_path: Path) -> Iterator[System]:
    """Yield one server on an SQLite file, and two on a PostgreSQL server of their own."""
    with ExitStack() as stack:
        kills: list[tuple[Action, Action]] = []
        if kind == "sqlite":
            url = f"sqlite+aiosqlite:///{tmp_path}/live.db"
            servers = start_servers(stack, tmp_path, url, 1)
        else:
            postgres = stack.enter_context(another_server())
            url = postgres.create_database()
            servers = start_servers(stack, tmp_path, url, 2)
            kills.append((postgres.node.kill, postgres.node.start))
        kills = [(servers[0].kill, servers[0].start), *kills, *((server.kill, server.start) for server in servers[1:])]
        yield System(url, [server.address for server in servers], kills)


async def test_every_watcher_has_what_is_listed(system: System, kind: str) -> None:
    async with Client.of(system.addresses[0]) as client:
        await client.graphql(DEPLOY, xml=MODEL)
        async with Watchers(system.addresses, SUBJECTS, WATCHERS) as watchers:
            for number in rounds(minimum=min(2, len(system.kills))):
                kill, start = system.kills[number % len(system.kills)]
                async with under_load(system.addresses, client, watchers, number):
                    await asyncio.to_thread(kill)
                    await asyncio.to_thread(start)
    print(f"figures: {kind}: {number + 1} kills, {watchers}")


@asynccontextmanager
async def under_load(
    addresses: Sequence[str], client: Client, watchers: Watchers, number: int = 0
) -> AsyncIterator[None]:
    """Call the servers before, in and after the context. Then compare what the watchers have with the lists."""
    load = Load(addresses, f"r{number}", cases=CASES, seed=number)
    await load.prepare(client)
    async with Steps(addresses, CALLERS // 4, number):
        load.start(CALLERS)
        await load.until_answered(ANSWERS)
        yield
        await load.until_answered(ANSWERS)
        await load.stop()
    await end_timers(client)
    await watchers.until_current(client)


async def end_timers(client: Client) -> None:
    """Terminate all instances with timers, which would fire for ever."""

    async def have_ended() -> bool:
        try:
            events = await client.list_all(WITH_TIMERS)
        except Unavailable:  # the server has not found its database again
            return False
        for instance in {event["processInstance"]["id"] for event in events}:
            await send(client, TERMINATE, Case("", instance), ids={})
        return not events

    await wait_until(have_ended)


@pytest.fixture
def pair() -> Iterator[PostgresPair]:
    with running_pair() as pair:
        yield pair


@pytest.fixture
def two_servers_of_pair(pair: PostgresPair, tmp_path: Path) -> Iterator[list[str]]:
    """Yield the addresses of two servers that know both nodes of the pair."""
    with ExitStack() as stack:
        servers = start_servers(stack, tmp_path, pair.create_database(), 2)
        yield [server.address for server in servers]


async def test_a_standby_is_promoted(pair: PostgresPair, two_servers_of_pair: Sequence[str]) -> None:
    """It has every commit that a watcher has seen, so that all cursors go on."""
    async with Client.of(two_servers_of_pair[0]) as client:
        await client.graphql(DEPLOY, xml=MODEL)
        async with Watchers(two_servers_of_pair, SUBJECTS, WATCHERS) as watchers:
            async with under_load(two_servers_of_pair, client, watchers):
                await asyncio.to_thread(pair.primary.kill)
                await asyncio.to_thread(pair.promote_standby)
            assert watchers.relists == 0
    print(f"figures: promotion: {watchers}")


async def test_a_promoted_standby_lacks_what_watchers_have_seen(
    pair: PostgresPair, two_servers_of_pair: Sequence[str]
) -> None:
    """Their cursors expire, and they list again."""
    async with Client.of(two_servers_of_pair[0]) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps", "kept-1", "kept-2")
        async with Watchers(two_servers_of_pair, [ALL_EVENTS], WATCHERS) as watchers:
            await asyncio.to_thread(pair.stop_replication)
            await client.deploy_and_start(TWO_STEPS, "two-steps", *(f"lost-{number}" for number in range(10)))
            await client.trigger("two-steps", "kept-1", "first")
            await watchers.until_current(client)
            lost = {event["id"] for event in await client.list_events()}
            await asyncio.to_thread(pair.primary.kill)
            await asyncio.to_thread(pair.promote_standby)
            await watchers.until_relisted()
            for number in range(20):  # more than was lost, so that positions are used twice
                await start(client, f"new-{number}")
            await watchers.until_current(client)
            kept = {event["id"] for event in await client.list_events()}
    assert len(kept) == 22
    assert len(kept & lost) == 1
    print(f"figures: lost history: {watchers}")


async def start(client: Client, correlation: str) -> None:
    """Start an instance, as soon as the server has found the new primary."""
    arguments = {"processModelKey": "two-steps", "correlationId": correlation, "idempotencyKey": correlation}

    async def has_started() -> bool:
        result = await client.graphql(START, input=arguments)
        return bool(result["__typename"] == "StartProcessInstanceSuccess")

    await wait_until(has_started)
