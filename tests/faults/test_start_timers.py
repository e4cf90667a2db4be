"""Timer start events while statements and COMMITs fail, and after the clock is set back: a time starts one instance."""

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from bpmn_events.domain.filters import TaskFilter
from bpmn_events.domain.pages import PageRequest
from bpmn_events.domain.principal import SYSTEM
from tests.conformance.drawing import draw
from tests.faults.stage import Stage, open_stage
from tests.support.clock import Clock
from tests.support.databases.commit_proxy import CommitProxy, Fault
from tests.support.databases.statement_faults import statement_faults
from tests.system.client import DEPLOY

KEYS = ("first", "second", "third")
HOURLY = "begin > Work > end\nbegin: startEvent timer=R/PT1H\nWork: userTask\n"
MAX_STATEMENTS = 100


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime.now(UTC))


async def deploy(stage: Stage, more: str = "") -> None:
    for key in KEYS:
        result = await stage.client.graphql(DEPLOY, xml=draw(HOURLY + more, key))
        assert result["__typename"] == "DeployProcessModelSuccess", result


async def started(stage: Stage) -> dict[str, int]:
    """Return the number of instances that were started, by model."""
    page = await stage.runtime.services.list_open_tasks(SYSTEM, TaskFilter(), PageRequest(limit=None))
    return Counter(task.process_model_key for task in page.items)


async def next_due(stage: Stage) -> list[datetime]:
    read_store = stage.runtime.database.read_store
    models = await read_store.latest_models(KEYS)
    timers = await read_store.start_timers_of_models([models[key].id for key in KEYS])
    return [timer.due_at for each in timers.values() for timer in each]


@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.COMMIT_LOST], ids=str)
async def test_a_commit_that_is_lost(proxy: CommitProxy, postgres_url: str, clock: Clock, fault: Fault) -> None:
    async with open_stage(proxy.url(postgres_url), clock, database_timeout_seconds=1) as stage:
        await deploy(stage)
        begun = clock.now
        clock.advance(hours=1)
        happened = proxy.arm(fault)
        for _ in range(3):  # a start that failed is postponed
            await stage.fire_starts()
            clock.advance(minutes=1)
        assert happened.is_set()
        assert await started(stage) == dict.fromkeys(KEYS, 1)
        assert await next_due(stage) == [begun + timedelta(hours=2)] * len(KEYS)


async def test_a_statement_that_fails(url: str, clock: Clock) -> None:
    async with open_stage(url, clock) as stage:
        await deploy(stage)
        begun = clock.now
        with statement_faults() as fault:
            for number in count(1):
                assert number < MAX_STATEMENTS
                clock.now = begun + timedelta(hours=number)
                fault.arm(number, lasting=False)
                with suppress(Exception):  # the supervisor of the loop starts it again
                    await stage.fire_starts()
                fault.disarm()
                for _ in range(3):
                    clock.advance(minutes=1)
                    await stage.fire_starts()
                assert await started(stage) == dict.fromkeys(KEYS, number), fault.failed
                assert await next_due(stage) == [begun + timedelta(hours=number + 1)] * len(KEYS), fault.failed
                if not fault.failed:
                    break


async def test_a_deployment_whose_statement_fails_keeps_the_timers(url: str, clock: Clock) -> None:
    async with open_stage(url, clock) as stage:
        await deploy(stage)
        due = await next_due(stage)
        clock.advance(minutes=30)
        newer = draw(f"{HOURLY}Work > Again > end2\n", KEYS[0])
        with statement_faults() as fault:
            for number in count(1):
                assert number < MAX_STATEMENTS
                fault.arm(number, lasting=False)
                result = await stage.client.graphql(DEPLOY, xml=newer)
                fault.disarm()
                if result["__typename"] == "DeployProcessModelSuccess":
                    break
                assert await next_due(stage) == due, fault.failed
        assert await next_due(stage) == [due[0] + timedelta(minutes=30), *due[1:]]


async def test_a_clock_that_is_set_back(url: str, clock: Clock) -> None:
    async with open_stage(url, clock) as stage:
        await deploy(stage)
        begun = clock.now
        clock.advance(hours=1)
        await stage.fire_starts()
        clock.now = begun - timedelta(days=1)
        await stage.fire_starts()
        assert await started(stage) == dict.fromkeys(KEYS, 1)
        assert await next_due(stage) == [begun + timedelta(hours=2)] * len(KEYS)
        clock.now = begun + timedelta(days=1)
        await stage.fire_starts()
        assert await started(stage) == dict.fromkeys(KEYS, 2)
