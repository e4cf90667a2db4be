"""Messages and signals from callers: a message reaches its one receiver, a signal every receiver, each once."""

import asyncio
from typing import Any

import pytest

from bpmn_events.adapters.hosts.embedded.delivery import delivery
from bpmn_events.application.commands.trigger_message import TriggerMessage
from bpmn_events.domain.errors import (
    Conflict,
    CorrelationNotFound,
    Forbidden,
    InvalidArgument,
    InvalidPayload,
    ProcessFailed,
    ProcessModelNotFound,
    Unauthorized,
)
from bpmn_events.domain.events import TriggerSource
from bpmn_events.domain.principal import Permission
from tests.delivery.models import (
    ALERTED,
    BRITTLE,
    BRITTLE_LISTENER,
    BRITTLE_STARTER,
    CLERK,
    KIOSK,
    LISTENER,
    OTHER_CLERK,
    PARROT,
    SALES_LISTENER,
    SHOP,
    STRICT_SHOP,
)
from tests.delivery.world import World, somebody


async def test_a_message_triggers_the_only_waiting_event(world: World) -> None:
    await world.deploy(SHOP)
    instance = await world.start("shop", "c-1")
    outcome = await world.message("paid", payload={"amount": 3}, idempotency_key="k")
    (trigger,) = outcome.triggers
    assert (trigger.event_name, trigger.payload, trigger.triggered_by) == ("paid", {"amount": 3}, "ada")
    assert (trigger.source, trigger.process_instance_id) == (TriggerSource.GRAPHQL, instance.id)
    assert await world.waiting() == ["shop/c-1/after"]
    assert await world.history() == [trigger]


async def test_a_message_with_several_receivers_is_refused(world: World) -> None:
    await world.deploy(SHOP)
    await world.start("shop", "c-1")
    await world.start("shop", "c-2")
    with pytest.raises(Conflict, match="name a correlation"):
        await world.message("paid")
    assert await world.waiting() == ["shop/c-1/paid", "shop/c-2/paid"]
    await world.message("paid", correlation_id="c-2")
    assert await world.waiting() == ["shop/c-1/paid", "shop/c-2/after"]


async def test_a_process_model_narrows_the_receivers_of_a_message(world: World) -> None:
    await world.deploy(SHOP, KIOSK)
    await world.start("shop", "c-1")
    await world.start("kiosk", "c-1")
    outcome = await world.message("paid", process_model_key="kiosk", correlation_id="c-1")
    assert [trigger.process_model_key for trigger in outcome.triggers] == ["kiosk"]
    assert await world.waiting() == ["shop/c-1/paid"]


async def test_a_message_without_receivers_is_not_stored(world: World) -> None:
    await world.deploy(SHOP)
    outcome = await world.message("paid", idempotency_key="k")
    assert outcome.is_empty
    assert not outcome.replayed
    # The message is not kept for later receivers, but the same request can be sent again.
    await world.start("shop", "c-1")
    assert await world.waiting() == ["shop/c-1/paid"]
    assert len((await world.message("paid", idempotency_key="k")).triggers) == 1


async def test_a_message_starts_a_process_if_no_event_waits(world: World) -> None:
    await world.deploy(CLERK, SHOP)
    await world.start("shop", "c-1")
    assert not (await world.message("paid")).started_process_instances
    outcome = await world.message("paid", correlation_id="c-9", payload={"amount": 1})
    (instance,) = outcome.started_process_instances
    assert (instance.correlation_id, instance.variables, instance.started_by) == ("c-9", {"amount": 1}, "ada")
    assert "clerk/c-9/after" in await world.waiting()
    (alone,) = (await world.message("paid")).started_process_instances
    assert alone.correlation_id != "c-9"


async def test_a_message_with_several_start_events_is_refused(world: World) -> None:
    await world.deploy(CLERK, OTHER_CLERK)
    with pytest.raises(Conflict, match="'clerk', 'other-clerk'"):
        await world.message("paid")
    outcome = await world.message("paid", process_model_key="other-clerk")
    assert [each.process_model_key for each in outcome.started_process_instances] == ["other-clerk"]


async def test_only_the_latest_version_is_started(world: World) -> None:
    await world.deploy(CLERK, CLERK.replace("<process", "<!-- changed --><process"))
    (instance,) = (await world.message("paid", correlation_id="c-1")).started_process_instances
    models = await world.runtime.database.read_store.models_by_id([instance.process_model_id])
    assert models[instance.process_model_id].version == 2


async def test_a_signal_triggers_every_waiting_event_and_start_event(world: World) -> None:
    await world.deploy(LISTENER, ALERTED)
    for correlation in ("c-1", "c-2"):
        await world.start("listener", correlation)
    outcome = await world.signal("alarm", payload={"level": 3})
    assert [trigger.correlation_id for trigger in outcome.triggers] == ["c-1", "c-2"]
    assert [each.process_model_key for each in outcome.started_process_instances] == ["alerted"]
    assert not outcome.pending
    (started,) = outcome.started_process_instances
    assert await world.waiting() == [f"alerted/{started.correlation_id}/after"]


async def test_a_signal_can_be_limited_to_a_correlation_or_model(world: World) -> None:
    await world.deploy(LISTENER, PARROT)
    for key in ("listener", "parrot"):
        await world.start(key, "c-1")
        await world.start(key, "c-2")
    await world.signal("alarm", process_model_key="listener", correlation_id="c-1")
    assert await world.triggered() == ["listener/c-1/hear"]
    await world.signal("alarm", correlation_id="c-2")
    assert sorted((await world.triggered())[1:]) == ["listener/c-2/hear", "parrot/c-2/hear"]


async def test_an_event_that_waits_again_is_not_triggered_twice(world: World) -> None:
    await world.deploy(PARROT)
    await world.start("parrot", "c-1")
    assert len((await world.signal("alarm")).triggers) == 1
    await world.deliver()
    assert len(await world.history()) == 1
    assert await world.waiting() == ["parrot/c-1/hear"]


async def test_many_receivers_are_reached_in_batches(world: World) -> None:
    await world.deploy(PARROT)
    for number in range(7):
        await world.start("parrot", f"c-{number}")
    world.reach_at_once(3)
    outcome = await world.signal("alarm", idempotency_key="k", payload={"level": 1})
    assert [trigger.correlation_id for trigger in outcome.triggers] == ["c-0", "c-1", "c-2"]
    assert outcome.pending
    await world.start("parrot", "c-7")  # too late
    world.reach_at_once(2)
    assert await world.runtime.outbox.deliver_due() == 1
    assert len(await world.history()) == 5
    await world.deliver()
    history = await world.history()
    assert [trigger.correlation_id for trigger in history] == [f"c-{number}" for number in range(7)]
    assert {(trigger.triggered_by, trigger.source) for trigger in history} == {("ada", TriggerSource.GRAPHQL)}
    assert await world.thrown() == []
    assert (await world.signal("alarm", idempotency_key="k", payload={"level": 1})).replayed
    assert len(await world.history()) == 7


async def test_a_repeated_request_returns_the_first_outcome(world: World) -> None:
    await world.deploy(SHOP, CLERK)
    await world.start("shop", "c-1")
    first = await world.message("paid", idempotency_key="k")
    again = await world.message("paid", idempotency_key="k")
    assert (again.triggers, again.replayed) == (first.triggers, True)
    assert len(await world.history()) == 1
    with pytest.raises(Conflict, match="already used"):
        await world.message("paid", idempotency_key="k", payload={"other": 1})
    with pytest.raises(Conflict, match="already used"):
        await world.message("nobody waits for it", idempotency_key="k")
    started = await world.message("paid", idempotency_key="k2")
    assert (await world.message("paid", idempotency_key="k2")).started_process_instances == (
        started.started_process_instances
    )


async def test_events_outside_the_callers_lanes_are_not_reached(world: World) -> None:
    await world.deploy(SALES_LISTENER, LISTENER)
    await world.start("sales", "c-1")
    await world.start("listener", "c-1")
    outcome = await world.signal("alarm", by=somebody(lanes=["Boss"]), payload={"amount": 1})
    assert [trigger.process_model_key for trigger in outcome.triggers] == ["listener"]
    outcome = await world.signal("alarm", by=somebody(lanes=["Sales"]), payload={"amount": 1})
    assert [trigger.process_model_key for trigger in outcome.triggers] == ["sales"]


async def test_starting_a_process_needs_its_permission(world: World) -> None:
    await world.deploy(CLERK, ALERTED, LISTENER)
    trigger_only = somebody(Permission.EVENTS_TRIGGER)
    with pytest.raises(Forbidden, match="processes:start"):
        await world.message("paid", by=trigger_only)
    with pytest.raises(Forbidden, match="processes:start"):
        await world.signal("alarm", by=trigger_only)
    await world.start("listener", "c-1")
    outcome = await world.signal("alarm", by=trigger_only)
    assert (len(outcome.triggers), outcome.started_process_instances) == (1, ())


async def test_a_payload_that_one_receiver_refuses_reaches_no_receiver(world: World) -> None:
    await world.deploy(SALES_LISTENER, LISTENER, STRICT_SHOP)
    for key in ("sales", "listener", "strict-shop"):
        await world.start(key, "c-1")
    before = await world.waiting()
    with pytest.raises(InvalidPayload) as signal:
        await world.signal("alarm", payload={"amount": "much"})
    with pytest.raises(InvalidPayload) as message:
        await world.message("paid")
    assert [each.path for each in signal.value.violations] == ["/amount"]
    assert [each.keyword for each in message.value.violations] == ["required"]
    assert await world.waiting() == before


async def test_nothing_changes_if_the_only_receiver_cannot_go_on(world: World) -> None:
    await world.deploy(BRITTLE, BRITTLE_LISTENER)
    await world.start("brittle", "c-1", amount=2)
    await world.start("brittle-listener", "c-1", level=2)
    for attempt in (world.message("paid", idempotency_key="k"), world.signal("alarm", idempotency_key="k")):
        with pytest.raises(ProcessFailed):
            await attempt
    assert await world.waiting() == ["brittle-listener/c-1/hear", "brittle/c-1/wait"]
    assert await world.thrown() == []


async def test_a_receiver_that_cannot_go_on_does_not_affect_the_others(world: World) -> None:
    await world.deploy(BRITTLE_LISTENER)
    await world.start("brittle-listener", "c-1", level=2)
    await world.start("brittle-listener", "c-2", level=1)
    outcome = await world.signal("alarm")
    assert [trigger.correlation_id for trigger in outcome.triggers] == ["c-2"]
    assert outcome.pending
    await world.deliver()
    assert await world.thrown() == ["alarm"]  # again later
    await world.trigger("brittle-listener", "c-1", "hear", level=1)
    world.clock.advance(hours=1)
    await world.deliver()
    assert await world.thrown() == []
    assert len(await world.history()) == 2


async def test_a_slow_receiver_that_cannot_go_on_does_not_keep_a_signal_from_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "BUDGET_SECONDS", 0)
    await world.deploy(BRITTLE_STARTER, ALERTED)
    outcome = await world.signal("alarm", payload={"level": 2})
    assert (outcome.started_process_instances, outcome.pending) == ((), True)
    await world.deliver()
    assert [address.split("/")[0] for address in await world.waiting()] == ["alerted"]


async def test_receivers_of_a_later_batch_get_a_signal_although_the_first_cannot_go_on(world: World) -> None:
    world.reach_at_once(1)
    await world.deploy(BRITTLE_LISTENER)
    await world.start("brittle-listener", "c-1", level=2)
    await world.start("brittle-listener", "c-2", level=1)
    outcome = await world.signal("alarm")
    assert (outcome.triggers, outcome.pending) == ((), True)
    await world.deliver()
    assert await world.waiting() == ["brittle-listener/c-1/hear"]


async def test_an_unknown_model_or_correlation_is_refused(world: World) -> None:
    await world.deploy(SHOP)
    for key in ("nothing", "", "\0"):
        with pytest.raises(ProcessModelNotFound):
            await world.message("paid", process_model_key=key)
    for send in (world.message, world.signal):
        with pytest.raises(CorrelationNotFound):
            await send("paid", correlation_id="nowhere")


@pytest.mark.parametrize("name", ["", "x" * 256, "a\0b", "\ud800"])
async def test_an_invalid_name_is_refused(world: World, name: str) -> None:
    for send in (world.message, world.signal):
        with pytest.raises(InvalidArgument):
            await send(name)
        with pytest.raises(InvalidArgument):
            await send("paid", correlation_id=name)


async def test_the_first_checks_are_those_of_every_trigger(world: World) -> None:
    services = world.runtime.services
    with pytest.raises(Unauthorized):
        await services.trigger_message(None, TriggerMessage("paid"))
    with pytest.raises(Forbidden, match="events:trigger"):
        await world.message("paid", by=somebody(Permission.EVENTS_READ))
    payloads: list[Any] = [[], "text", 1, {"deep": {"a": float("inf")}}, {"long": "x" * 300_000}]
    for payload in payloads:
        with pytest.raises(InvalidPayload):
            await world.message("paid", payload=payload)


async def test_many_callers_at_once_reach_one_receiver_once(world: World, rival: World) -> None:
    await world.deploy(KIOSK)
    await world.start("kiosk", "c-1")
    callers = [(world, rival)[number % 2] for number in range(20)]
    outcomes = await asyncio.gather(*(caller.message("paid") for caller in callers))
    assert sum(len(outcome.triggers) for outcome in outcomes) == 1
    assert len(await world.history()) == 1


async def test_many_callers_at_once_start_one_process_each(world: World) -> None:
    await world.deploy(CLERK)
    outcomes = await asyncio.gather(*(world.message("paid", correlation_id=f"c-{number}") for number in range(10)))
    assert [each.started_process_instances[0].correlation_id for each in outcomes] == [f"c-{n}" for n in range(10)]
    assert await world.waiting() == [f"clerk/c-{number}/after" for number in range(10)]
