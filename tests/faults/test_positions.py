"""The order of write transactions on PostgreSQL: whoever saw what another one wrote comes after it.

Signals follow this order. It holds between servers, beside foreign transactions, and in a restored or promoted
database.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import asyncpg
import pytest

from bpmn_events.adapters.storage.schema.migrate import migrate
from tests.delivery.models import LISTENER, PARROT, SIREN
from tests.faults.answers import send
from tests.faults.cases import deploy_models, open_case
from tests.faults.operations import REPEATABLE, START, THROWING_TRIGGER
from tests.faults.stage import Stage, open_stage
from tests.support.databases.commit_proxy import CommitProxy, Fault
from tests.support.databases.postgres_pair import running_pair
from tests.support.polling import wait_until
from tests.support.postgres import PostgresServer, another_server
from tests.system.client import DEPLOY as DEPLOY_MODEL
from tests.system.client import START as START_INSTANCE
from tests.system.client import Client

SERVERS = 3
CASES = 3
COMMANDS = 300
BROADCAST = """
mutation { triggerSignal(input: {name: "alarm"}) { ... on TriggerByNameSuccess { triggers { id } } } }
"""
# Records which transaction adds and removes each waiting event, and the position of the transaction.
LOG = """
CREATE TABLE position_log (xid xid8, added boolean, event_id text, position bigint);
CREATE FUNCTION log_position() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO position_log VALUES (pg_current_xact_id(), true, NEW.id, NEW.position);
  ELSE
    INSERT INTO position_log VALUES (pg_current_xact_id(), false, OLD.id, NULL);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER log_position AFTER INSERT OR DELETE ON waiting_events FOR EACH ROW EXECUTE FUNCTION log_position();
"""


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        yield connection
    finally:
        await connection.close()


async def test_no_event_is_removed_at_a_smaller_position_than_it_was_added_at(postgres_url: str) -> None:
    """Transactions of several servers want several instances each, and remove what others have added meanwhile."""
    async with connected(postgres_url) as connection, AsyncExitStack() as stack:
        await connection.execute(LOG)
        stages = [await stack.enter_async_context(open_stage(postgres_url)) for _ in range(SERVERS)]
        await deploy_models(stages[0].client)
        cases = [await open_case(stages[0].client, f"c-{number}") for number in range(CASES)]
        random = Random(0)

        async def call(client: Client) -> None:
            for _ in range(COMMANDS // SERVERS // 4):
                if random.random() < 0.2:
                    await client.graphql(BROADCAST)
                    continue
                operation = random.choice([operation for operation in REPEATABLE if operation is not START])
                answer = await send(client, operation, random.choice(cases), ids={})
                assert answer.succeeded, answer.details

        await asyncio.gather(*(call(stage.client) for stage in stages for _ in range(4)), deliver_all(stages))
        rows = await connection.fetch("SELECT xid, added, event_id, position FROM position_log")
    added = {row["event_id"]: row for row in rows if row["added"]}
    positions = {row["xid"]: row["position"] for row in added.values()}
    assert {row["position"] for row in added.values()} == set(positions.values())
    assert all(positions[row["xid"]] == row["position"] for row in added.values())
    assert len(set(positions.values())) == len(positions)
    removed = [row for row in rows if not row["added"] and row["xid"] in positions]
    assert len(removed) > COMMANDS // 4
    early = [row for row in removed if positions[row["xid"]] < added[row["event_id"]]["position"]]
    assert early == []


async def deliver_all(stages: list[Stage]) -> None:
    for _ in range(20):
        await asyncio.gather(*(stage.deliver() for stage in stages))
        await asyncio.sleep(0.05)


async def open_signal_stage(stage: Stage) -> None:
    for xml in (PARROT, LISTENER, SIREN):
        result = await stage.client.graphql(DEPLOY_MODEL, xml=xml)
        assert result["__typename"] == "DeployProcessModelSuccess", result


async def start(stage: Stage, key: str, correlation: str) -> None:
    arguments = {"processModelKey": key, "correlationId": correlation}
    result = await stage.client.graphql(START_INSTANCE, input=arguments)
    assert result["__typename"] == "StartProcessInstanceSuccess", result


async def heard(stage: Stage) -> Counter[str]:
    """Return how often each correlation has received the signal."""
    triggers = await stage.client.list_triggers()
    return Counter(trigger["correlation"]["id"] for trigger in triggers if trigger["elementId"] == "hear")


@pytest.fixture(params=["of another database", "of the same database"])
def foreign_url(request: pytest.FixtureRequest, postgres_server: PostgresServer, postgres_url: str) -> Iterator[str]:
    """Yield the URL of a database to which another program writes."""
    if request.param == "of the same database":
        yield postgres_url
        return
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)


async def test_an_idle_transaction_of_another_program_holds_no_delivery_back(
    postgres_url: str, foreign_url: str
) -> None:
    async with connected(foreign_url) as foreign, open_stage(postgres_url) as stage:
        await deploy_models(stage.client)
        await open_signal_stage(stage)
        case = await open_case(stage.client, "c-1")
        await start(stage, "listener", "l-1")
        await start(stage, "siren", "s-1")
        transaction = foreign.transaction()
        await transaction.start()
        await foreign.execute("CREATE TABLE of_another_program (number integer)")
        assert (await send(stage.client, THROWING_TRIGGER, case)).succeeded
        await stage.client.trigger("siren", "s-1", "go")
        await stage.deliver()
        assert (await case.view(stage.client)).counters["noted"] == 1
        assert await heard(stage) == {"l-1": 1}
        await transaction.rollback()


@pytest.mark.parametrize("cut", [False, True], ids=["committed", "rolled back"])
async def test_a_signal_waits_for_an_open_transaction_with_a_smaller_position(
    postgres_url: str, proxy: CommitProxy, cut: bool
) -> None:
    """The receiver began to wait before the signal was thrown, but its transaction ends later."""
    async with open_stage(proxy.url(postgres_url)) as slow, open_stage(postgres_url) as stage:
        await open_signal_stage(stage)
        await start(stage, "siren", "s-1")
        await slow.client.list_events()
        happened = proxy.arm(Fault.STALLED, marker="l-1")
        starting = asyncio.create_task(
            slow.client.graphql(START_INSTANCE, input={"processModelKey": "listener", "correlationId": "l-1"})
        )

        async def is_stalled() -> bool:
            return happened.is_set()

        await wait_until(is_stalled)
        thrown = await stage.client.trigger("siren", "s-1", "go")
        assert thrown["__typename"] == "TriggerEventSuccess"
        await stage.runtime.outbox.deliver_due()
        assert await heard(stage) == {}
        proxy.release(cut=cut)
        await starting

        async def is_delivered() -> bool:
            await stage.deliver()
            waiting = await stage.client.list_events(elementIds=["hear"])
            return waiting == [] and (cut or await heard(stage) == {"l-1": 1})

        if cut:  # the server starts the instance again, at a position behind that of the signal
            await stage.deliver()
            assert await heard(stage) == {}
        else:
            await wait_until(is_delivered)


async def prepare_order(stage: Stage) -> None:
    """Let a receiver wait, and throw a signal that is not delivered yet."""
    await open_signal_stage(stage)
    await start(stage, "parrot", "before")
    await start(stage, "siren", "s-1")
    await stage.client.trigger("siren", "s-1", "go")


async def check_order(stage: Stage, *later: str) -> None:
    """Check that the old signal reaches the old receiver only, and that a new signal reaches the later ones too."""
    await start(stage, "parrot", "after")
    await stage.deliver()
    assert await heard(stage) == {"before": 1}
    await stage.client.graphql(BROADCAST)
    await stage.deliver()
    assert await heard(stage) == {"before": 2, "after": 1, **dict.fromkeys(later, 1)}


async def test_a_dump_restored_into_a_new_cluster_keeps_its_order(
    postgres_server: PostgresServer, postgres_url: str, tmp_path: Path
) -> None:
    """In the new cluster, transaction ids begin at small numbers again; back in the old one, they have gone on."""
    async with connected(postgres_url) as connection:
        await connection.execute(
            "DO $$ BEGIN FOR number IN 1..3000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$"
        )
    async with open_stage(postgres_url) as stage:
        await prepare_order(stage)
    dump = tmp_path / "dump.sql"
    dump.write_text(postgres_server.dump(postgres_url), "utf-8")
    with another_server() as other:
        restored = other.create_database()
        other.restore(restored, dump)
        async with open_stage(restored) as stage:
            await check_order(stage)
            await start(stage, "siren", "s-2")
            await stage.client.trigger("siren", "s-2", "go")
        dump.write_text(other.dump(restored), "utf-8")
    back = postgres_server.create_database()
    postgres_server.restore(back, dump)
    async with open_stage(back) as stage:
        await start(stage, "parrot", "last")
        await stage.deliver()
        assert await heard(stage) == {"before": 3, "after": 2}
        await stage.client.graphql(BROADCAST)
        await stage.deliver()
        assert await heard(stage) == {"before": 4, "after": 3, "last": 1}
    postgres_server.drop_database(back)


async def test_a_promoted_standby_keeps_the_order() -> None:
    with running_pair() as pair:
        url = pair.create_database()
        await migrate(pair.primary_url)
        async with open_stage(url) as stage:
            await prepare_order(stage)
            pair.primary.kill()
            pair.promote_standby()

            async def is_available() -> bool:
                arguments = {"processModelKey": "listener", "correlationId": "probe"}
                result = await stage.client.graphql(START_INSTANCE, input=arguments)
                return bool(result["__typename"] == "StartProcessInstanceSuccess")

            await wait_until(is_available)
            await check_order(stage, "probe")
