"""A restarted server over data that an earlier or later version has stored: instances go on, and requests replay."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bpmn_events.adapters.storage.connections.urls import parse_database_url
from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.domain.errors import ProcessFailed
from tests.conformance.drawing import draw
from tests.delivery.conftest import runtime_over
from tests.delivery.world import ADA, World

ORDER = draw(
    """
    start > Begin > Fork
    startOrder > Begin
    startOrder: startEvent message=order
    Fork: parallelGateway
    Fork > Pay > Choice > end
    Pay: receiveTask message=paid
    Choice: exclusiveGateway
    Fork > Ship > endShip
    Ship: receiveTask message=shipped
    Fork > Pack > endPack
    Pack: userTask
    Late: boundaryEvent on=Pack timer=PT1H interrupting=no
    Late > Remind > endRemind
    Remind: userTask
    Fork > Stop > endStop
    Stop: intermediateCatchEvent signal=stop
    """,
    "order",
)
READY = draw("start > Ready > end\nReady: receiveTask message=ready", "ready")
OTHER = draw("start > Ready > end\nReady: receiveTask message=ready", "other")


async def execute(url: str, statement: str, **values: Any) -> None:
    """Execute one statement, past the server."""
    engine = create_async_engine(parse_database_url(url))
    async with engine.begin() as connection:
        await connection.execute(text(statement), values)
    await engine.dispose()


async def replace_models(url: str, bpmn_xml: str, key: str) -> None:
    await execute(url, "UPDATE process_models SET bpmn_xml = :bpmn_xml WHERE key = :key", bpmn_xml=bpmn_xml, key=key)


@asynccontextmanager
async def restarted(url: str, world: World) -> AsyncIterator[World]:
    """Yield a new server process over the same database: it has compiled no model yet."""
    runtime = runtime_over(url, world.clock)
    async with runtime.open():
        yield World(runtime, world.clock)


async def refused_order(url: str, world: World) -> None:
    """Deploy the model and start a case; then let its gateway be of a kind that the parser refuses."""
    await world.deploy(ORDER)
    await world.start("order", "c-1")
    await replace_models(url, ORDER.replace("exclusiveGateway", "complexGateway"), "order")


async def test_instances_of_a_model_that_is_refused_now_can_be_triggered(world: World, url: str) -> None:
    await refused_order(url, world)
    async with restarted(url, world) as server:
        await server.trigger("order", "c-1", "Ship")
        await server.finish("order", "c-1", "Pack")
        with pytest.raises(ProcessFailed, match="complex gateways are not supported") as failed:
            await server.trigger("order", "c-1", "Pay")
        assert failed.value.element_id == "Choice"
        assert await server.waiting("order") == ["order/c-1/Pay", "order/c-1/Stop"]


async def test_a_model_that_is_refused_now_can_be_started(world: World, url: str) -> None:
    await refused_order(url, world)
    async with restarted(url, world) as server:
        await server.start("order", "c-2")
        await server.message("order", correlation_id="c-3")
        assert len(await server.waits("order", "c-2")) == len(await server.waits("order", "c-3")) == 4


async def test_timers_messages_and_signals_reach_a_model_that_is_refused_now(world: World, url: str) -> None:
    await refused_order(url, world)
    world.clock.advance(hours=1)
    async with restarted(url, world) as server:
        await server.fire()
        assert "Remind" in {task.element_id for task in await server.tasks()}
        await server.message("shipped", correlation_id="c-1")
        await server.signal("stop")
        assert await server.waiting("order") == ["order/c-1/Pay"]


async def test_an_instance_of_a_model_that_is_refused_now_can_be_terminated(world: World, url: str) -> None:
    await refused_order(url, world)
    async with restarted(url, world) as server:
        await server.terminate((await server.instances("c-1"))[0])
        assert await server.waiting("order") == []


async def test_a_model_that_is_no_xml_fails_only_its_own_commands(world: World, url: str) -> None:
    await world.deploy(READY, OTHER)
    for key in ("ready", "other"):
        await world.start(key, "c-1")
    await replace_models(url, "no XML", "ready")
    async with restarted(url, world) as server:
        await assert_only_the_first_fails(
            server, "its process model 'ready' cannot be read", lambda key: server.trigger(key, "c-1", "Ready")
        )
        await assert_only_the_first_fails(
            server, "its process model 'ready' cannot be read", lambda key: server.start(key, "c-2")
        )


async def test_an_instance_of_a_model_that_is_no_xml_can_be_terminated(world: World, url: str) -> None:
    await world.deploy(READY)
    await world.start("ready", "c-1")
    await replace_models(url, "no XML", "ready")
    async with restarted(url, world) as server:
        await server.terminate((await server.instances("c-1"))[0])
        assert await server.waiting() == []


async def test_a_signal_reaches_all_but_the_receivers_whose_model_is_no_xml(world: World, url: str) -> None:
    drawing = "startStop > end\nstartStop: startEvent signal=stop\nstart > Stop > endStop\nStop: receiveTask message=m"
    drawing += "\nLate: boundaryEvent on=Stop signal=stop\nLate > endLate"
    await world.deploy(draw(drawing, "ready"), draw(drawing, "other"))
    for key in ("ready", "other"):
        await world.start(key, "c-1")
    await replace_models(url, "no XML", "ready")
    async with restarted(url, world) as server:
        outcome = await server.signal("stop")
        assert [trigger.process_model_key for trigger in outcome.triggers] == ["other"]
        assert [instance.process_model_key for instance in outcome.started_process_instances] == ["other"]
        assert outcome.pending


async def test_a_state_of_a_newer_format_fails_only_its_own_commands(world: World, url: str) -> None:
    await world.deploy(READY, OTHER)
    for key in ("ready", "other"):
        await world.start(key, "c-1")
    await execute(url, "UPDATE process_instances SET engine_format = 99 WHERE process_model_key = 'ready'")
    async with restarted(url, world) as server:
        await assert_only_the_first_fails(server, "format 99", lambda key: server.trigger(key, "c-1", "Ready"))
        assert await server.waiting() == ["ready/c-1/Ready"]
        with pytest.raises(ProcessFailed, match="format 99"):
            await server.terminate((await server.instances("c-1"))[0])


async def assert_only_the_first_fails(
    server: World, reason: str, send: Callable[[str], Coroutine[Any, Any, Any]]
) -> None:
    """Send a command for each model at the same time, so that they share a batch."""
    outcomes: tuple[Any, Any] = await asyncio.gather(send("ready"), send("other"), return_exceptions=True)
    failed, succeeded = outcomes
    assert isinstance(failed, ProcessFailed)
    assert reason in failed.reason
    assert not isinstance(succeeded, BaseException)


async def test_a_timer_of_a_state_of_a_newer_format_waits(
    world: World, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    await refused_order(url, world)
    await execute(url, "UPDATE process_instances SET engine_format = 99")
    world.clock.advance(hours=1)
    async with restarted(url, world) as server:
        await server.fire()
        assert "order/c-1/Late" in await server.waiting()
    assert "is tried again" in caplog.text
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("has_version", [True, False])
async def test_a_request_is_replayed_although_its_outcome_lacks_a_field(
    world: World, url: str, has_version: bool
) -> None:
    await world.deploy(READY)
    command = StartInstance("ready", "c-1", idempotency_key="k")
    first = await world.runtime.services.start_instance(ADA, command)
    outcome = json.loads(json.dumps({"process_instance": _as_stored(first.process_instance), "addedLater": [1]}))
    answer = json.dumps({"version": 2, "outcome": outcome} if has_version else outcome)
    await execute(url, "UPDATE idempotency_records SET answer = :answer", answer=answer.encode())
    async with restarted(url, world) as server:
        again = await server.runtime.services.start_instance(ADA, command)
        assert again.replayed
        assert again.process_instance.id == first.process_instance.id
        assert again.process_instance.started_by == ""
        assert len(await server.instances("c-1")) == 1


def _as_stored(instance: Any) -> dict[str, Any]:
    """Return the instance as a version without ``started_by`` has stored it."""
    values = {name: getattr(instance, name) for name in type(instance).__slots__ if name != "started_by"}
    return values | {"started_at": instance.started_at.isoformat()}
