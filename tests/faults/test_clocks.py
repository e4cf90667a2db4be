"""Clocks of servers that differ, are set back, or jump: they decide when timers are due, and nothing else."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from tests.delivery.models import LISTENER, SIREN
from tests.faults.answers import send
from tests.faults.cases import Case, deploy_models, open_case
from tests.faults.models import WORK, quick_timer
from tests.faults.operations import SIGNAL, START, TRIGGER, Operation
from tests.faults.stage import Stage, open_prepared_stage, open_stage
from tests.support.clock import Clock
from tests.system.client import DEPLOY

RECEIVERS = 5
BROADCAST = """
mutation { triggerSignal(input: {name: "alarm"}) { ... on TriggerByNameSuccess { triggers { id } } } }
"""
DIFFERENCES = [timedelta(milliseconds=200), timedelta(seconds=2), timedelta(days=1)]


@pytest.fixture
def here(request: pytest.FixtureRequest) -> Clock:
    return Clock(datetime.now(UTC))


@pytest.fixture(params=DIFFERENCES, ids=str)
def there(request: pytest.FixtureRequest, here: Clock) -> Clock:
    """Return a clock that is ahead."""
    return Clock(here.now + request.param)


@pytest_asyncio.fixture
async def behind(url: str, here: Clock) -> AsyncIterator[Stage]:
    async with open_prepared_stage(url, here) as stage:
        for xml in (LISTENER, SIREN):
            await stage.client.graphql(DEPLOY, xml=xml)
        yield stage


@pytest_asyncio.fixture
async def ahead(url: str, there: Clock, behind: Stage) -> AsyncIterator[Stage]:
    """Yield another server, whose clock is ahead."""
    async with open_stage(url, there) as stage:
        yield stage


def instance_of(key: str) -> Operation:
    """Return the command that starts an instance of a model."""
    return Operation(
        f"start {key}",
        START.field,
        START.input_type,
        START.success,
        lambda case, _ids: {"processModelKey": key, "correlationId": case.id},
        "",
    )


async def start(stage: Stage, key: str, correlation: str) -> None:
    answer = await send(stage.client, instance_of(key), Case(correlation), ids={})
    assert answer.succeeded, answer.details


async def triggered(stage: Stage, element: str) -> Counter[str]:
    """Return how often the element was triggered in each correlation."""
    triggers = await stage.client.list_triggers()
    return Counter(trigger["correlation"]["id"] for trigger in triggers if trigger["elementId"] == element)


async def test_a_signal_reaches_what_waits_by_the_clock_of_the_other_server(ahead: Stage, behind: Stage) -> None:
    for number in range(RECEIVERS):
        await start(ahead, "listener", f"l-{number}")
    result = await behind.client.graphql(BROADCAST)
    assert len(result["triggers"]) == RECEIVERS
    assert await triggered(behind, "hear") == {f"l-{number}": 1 for number in range(RECEIVERS)}


async def test_a_thrown_signal_reaches_what_waited_before_it_and_nothing_later(ahead: Stage, behind: Stage) -> None:
    """The earlier receiver begins to wait at the later instant, and the later one at the earlier instant."""
    await start(behind, "siren", "s-1")
    await start(ahead, "listener", "before")
    thrown = await behind.client.trigger("siren", "s-1", "go")
    assert thrown["__typename"] == "TriggerEventSuccess"
    await start(behind, "listener", "after")
    await behind.deliver()
    assert await triggered(behind, "hear") == {"before": 1}


async def test_a_signal_thrown_ahead_does_not_reach_what_begins_to_wait_behind(ahead: Stage, behind: Stage) -> None:
    await start(behind, "siren", "s-1")
    await start(behind, "listener", "before")
    await ahead.client.trigger("siren", "s-1", "go")
    await start(behind, "listener", "after")
    await ahead.deliver()
    await behind.deliver()
    assert await triggered(behind, "hear") == {"before": 1}


@pytest.mark.parametrize("step", DIFFERENCES, ids=str)
async def test_the_clock_is_set_back_between_the_wait_and_the_signal(
    behind: Stage, here: Clock, step: timedelta
) -> None:
    for number in range(RECEIVERS):
        await start(behind, "listener", f"l-{number}")
    await start(behind, "siren", "s-1")
    here.now -= step
    await behind.client.trigger("siren", "s-1", "go")
    await start(behind, "listener", "after")
    await behind.deliver()
    here.now += step
    await behind.deliver()
    assert await triggered(behind, "hear") == {f"l-{number}": 1 for number in range(RECEIVERS)}


async def test_a_jump_by_a_day_fires_what_is_due_and_nothing_twice(behind: Stage, here: Clock) -> None:
    await deploy_models(behind.client, quick_timer(WORK, "PT1H"))
    cases = [await open_case(behind.client, f"c-{number}") for number in range(RECEIVERS)]
    await deploy_models(behind.client, quick_timer(WORK, "P2D"))
    later = await open_case(behind.client, "later")
    here.now += timedelta(days=1)
    await behind.fire()
    await behind.fire()
    assert await triggered(behind, "ring") == {case.id: 1 for case in cases}

    here.now -= timedelta(days=1)
    await behind.fire()
    assert await triggered(behind, "ring") == {case.id: 1 for case in cases}
    here.now += timedelta(days=3)
    await behind.fire()
    assert (await triggered(behind, "ring"))[later.id] == 1


async def test_commands_go_on_while_the_clock_is_set_back(behind: Stage, here: Clock) -> None:
    case = await open_case(behind.client, "c-1")
    before = await case.view(behind.client)
    for operation in (TRIGGER, SIGNAL, TRIGGER, SIGNAL):
        here.now -= timedelta(seconds=1)
        assert (await send(behind.client, operation, case)).succeeded
    view = await case.view(behind.client)
    assert view.counters - before.counters == Counter(again=2, alarm=2)
