"""Thrown messages and signals reach the receivers in other executions: once, and in order, despite failures."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from bpmn_events.adapters.hosts.embedded.delivery import delivery
from bpmn_events.adapters.storage.transactions.postgres import _PostgresConnection
from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.events import TriggerSource
from bpmn_events.domain.processes import ProcessInstanceState
from tests.delivery.models import (
    ALERTED,
    BRITTLE,
    BRITTLE_LISTENER,
    CHORUS,
    CLERK,
    KIOSK,
    LISTENER,
    OTHER_CLERK,
    PARROT,
    PAYER,
    SELF_PAYER,
    SHOP,
    SIREN,
    STRICT_SHOP,
    keyed,
    player,
)
from tests.delivery.world import ADA, World


async def pay(world: World, correlation: str = "c-1", **payload: object) -> None:
    """Start a payer that throws "paid" and then "after"."""
    await world.start("payer", correlation, **({"amount": 1, "order": 7} | payload))
    await world.trigger("payer", correlation, "go")


async def test_a_message_reaches_the_events_of_its_correlation(world: World) -> None:
    await world.deploy(PAYER, SHOP)
    await world.start("shop", "c-1")
    await world.start("shop", "c-2")
    await pay(world, "c-2")
    assert "shop/c-2/paid" in await world.waiting()  # thrown, not yet delivered
    assert await world.thrown() == ["paid", "after"]
    await world.deliver()
    assert await world.waiting() == ["shop/c-1/paid"]
    assert await world.triggered() == ["payer/c-2/go", "shop/c-2/paid", "shop/c-2/after"]
    paid = (await world.history())[1]
    assert (paid.source, paid.triggered_by, paid.payload) == (
        TriggerSource.PROCESS,
        "system",
        {"amount": 1, "order": 7},
    )
    shop = next(each for each in await world.instances("c-2") if each.process_model_key == "shop")
    assert (shop.state, shop.variables) == (ProcessInstanceState.COMPLETED, {"amount": 1, "order": 7})


async def test_a_message_does_not_reach_another_correlation(world: World) -> None:
    await world.deploy(PAYER, SHOP)
    await world.start("shop", "c-1")
    await pay(world, "c-2")
    await world.deliver()
    assert await world.waiting() == ["shop/c-1/paid"]
    assert await world.thrown() == []  # a message without receivers is dropped


async def test_a_dropped_message_is_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    await world.deploy(PAYER)
    await pay(world)
    await world.deliver()
    assert _warnings(caplog) == [
        "Nobody takes the message 'paid': it is dropped",
        "Nobody takes the message 'after': it is dropped",
    ]


def _warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]


async def test_a_message_triggers_the_longest_waiting_event_alone(world: World) -> None:
    await world.deploy(PAYER, KIOSK)
    for _ in range(3):
        await world.start("kiosk", "c-1")
        world.clock.advance(seconds=1)
    oldest = (await world.waits("kiosk"))[0]
    await pay(world)
    await world.deliver()
    assert len(await world.waits("kiosk")) == 2
    assert (await world.history())[-1].event_id == oldest.id


async def test_a_message_starts_a_process_that_receives_the_next_message(world: World) -> None:
    await world.deploy(PAYER, CLERK)
    await pay(world)
    await world.deliver()
    clerk = next(each for each in await world.instances("c-1") if each.process_model_key == "clerk")
    assert (clerk.state, clerk.variables) == (ProcessInstanceState.COMPLETED, {"amount": 1, "order": 7})
    assert (clerk.started_by, clerk.parent_id) == ("system", None)
    assert await world.triggered() == ["payer/c-1/go", "clerk/c-1/after"]


async def test_a_thrown_message_starts_one_of_several_processes(world: World) -> None:
    await world.deploy(PAYER, OTHER_CLERK, CLERK)
    await pay(world)
    await world.deliver()
    keys = sorted(each.process_model_key for each in await world.instances("c-1"))
    assert keys == ["clerk", "payer"]


async def test_a_receiver_whose_schema_refuses_the_payload_is_passed_over(world: World) -> None:
    await world.deploy(PAYER, STRICT_SHOP, KIOSK)
    await world.start("strict-shop", "c-1")
    await world.start("kiosk", "c-1")
    await pay(world, amount="much")
    await world.deliver()
    assert await world.waiting() == ["strict-shop/c-1/paid"]
    assert await world.triggered() == ["payer/c-1/go", "kiosk/c-1/paid"]


async def test_a_receiver_in_the_same_execution_is_passed_over_like_any_other(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.deploy(SELF_PAYER, STRICT_SHOP, KIOSK)
    for key in ("self-payer", "strict-shop", "kiosk"):
        await world.start(key, "c-1")
    await world.trigger("self-payer", "c-1", "go", amount="much")
    await world.deliver()
    assert await world.waiting() == ["self-payer/c-1/paid", "strict-shop/c-1/paid"]
    assert await world.triggered() == ["self-payer/c-1/go", "kiosk/c-1/paid"]
    reason = "its payload schema refuses the payload at '/amount': type"
    assert _warnings(caplog) == [
        f"The message 'paid' is not for {key}/paid: {reason}" for key in ("self-payer", "strict-shop")
    ]
    await world.start("self-payer", "c-2")
    await world.trigger("self-payer", "c-2", "go", amount=3)
    assert await world.waiting(correlation="c-2") == []


async def test_the_next_kind_of_receiver_gets_a_message_that_the_first_refuses(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """One receiver is in the correlation and requires an amount; the other has the message's correlation key."""
    await world.deploy(PAYER, STRICT_SHOP, keyed("keyed"))
    await world.start("strict-shop", "c-1")
    await world.start("keyed", "c-2", number=7)
    await pay(world, amount="much")
    await world.deliver()
    assert await world.waiting() == ["strict-shop/c-1/paid"]
    assert await world.triggered() == ["payer/c-1/go", "keyed/c-2/paid"]
    assert "The message 'paid' is not for strict-shop/paid" in caplog.text


async def test_a_dry_run_logs_no_warnings(world: World, caplog: pytest.LogCaptureFixture) -> None:
    await world.deploy(SELF_PAYER)
    await world.start("self-payer", "c-1")
    request = TriggerEvent("self-payer", "c-1", "go", {"amount": "much"}, dry_run=True)
    outcome = await world.runtime.services.trigger_event(ADA, request)
    assert [event.element_id for event in outcome.next_waiting_events] == ["paid"]
    assert _warnings(caplog) == []


async def test_a_signal_reaches_only_events_that_waited_when_it_was_thrown(world: World) -> None:
    await world.deploy(SIREN, LISTENER, ALERTED, PARROT)
    for correlation in ("c-1", "c-2", "c-3"):
        await world.start("listener", correlation)
    await world.start("parrot", "c-1")
    await world.start("siren", "c-2")
    await world.trigger("siren", "c-2", "go")
    await world.start("listener", "c-4")
    await world.deliver()
    assert await world.waiting() == ["listener/c-4/hear", "parrot/c-1/hear", "siren/c-2/echo"]
    assert sorted(await world.triggered()) == [
        "alerted/c-2/after",  # started by the signal, in the correlation of its thrower
        *(f"listener/c-{number}/hear" for number in (1, 2, 3)),
        "parrot/c-1/hear",
        "siren/c-2/go",
    ]
    assert {trigger.source for trigger in (await world.history())[1:]} == {TriggerSource.PROCESS}


async def test_events_triggered_by_their_own_execution_are_recorded(world: World) -> None:
    await world.deploy(CHORUS)
    await world.start("chorus", "c-1")
    before = {event.element_id: event for event in await world.waits()}
    await world.trigger("chorus", "c-1", "go")
    history = {trigger.element_id: trigger for trigger in await world.history()}
    assert set(history) == {"go", "hear", "stop"}
    for element in ("hear", "stop"):
        trigger = history[element]
        assert (trigger.source, trigger.triggered_by) == (TriggerSource.PROCESS, "system")
        assert (trigger.event_id, trigger.payload) == (before[element].id, {"level": 2})
    # The task is cancelled with its boundary events.
    assert await world.waits() == []
    cancelled = await world.runtime.database.read_store.cancelled_events([before["work"].id, before["late"].id])
    assert set(cancelled) == {before["work"].id, before["late"].id}
    assert [task.element_id for task in await world.tasks()] == ["clean"]
    await world.deliver()
    assert len(await world.history()) == 3


async def test_a_signal_is_retried_only_for_the_start_event_that_fails(world: World) -> None:
    stillborn = ALERTED.replace('process id="alerted"', 'process id="stillborn"').replace(
        '<intermediateCatchEvent id="after"><messageEventDefinition id="d_after" messageRef="M_after"/>'
        "</intermediateCatchEvent>",
        '<callActivity id="after" calledElement="nowhere"/>',
    )
    await world.deploy(SIREN, ALERTED, stillborn)
    await world.start("siren", "c-1")
    await world.trigger("siren", "c-1", "go")
    await world.deliver()
    assert await world.thrown() == ["alarm"]
    await world.deploy(LISTENER.replace('process id="listener"', 'process id="nowhere"'))
    world.clock.advance(seconds=1)
    await world.deliver()
    assert await world.thrown() == []
    keys = sorted(each.process_model_key for each in await world.instances("c-1"))
    assert keys == ["alerted", "nowhere", "siren", "stillborn"]


async def test_a_large_signal_is_delivered_in_batches_before_what_the_same_process_threw_next(world: World) -> None:
    await world.deploy(SIREN, LISTENER, PAYER, KIOSK, SHOP)
    for number in range(7):
        await world.start("listener", f"c-{number}")
    await world.start("shop", "c-0")
    await world.trigger("shop", "c-0", "paid")
    world.reach_at_once(3)
    await world.start("siren", "c-0")
    await world.trigger("siren", "c-0", "go")
    await world.start("kiosk", "d-1")
    await pay(world, "d-1")
    outbox = world.runtime.outbox
    await outbox.deliver_due()
    # The signal reaches the first three listeners, and does not delay the later messages of another process.
    assert len(await world.waits("listener")) == 4
    assert await world.waits("kiosk") == []
    assert await world.waits("shop") != []
    await outbox.deliver_due()
    assert len(await world.waits("listener")) == 1
    assert await world.waits("shop") != []
    await world.deliver()
    assert await world.waits("listener") == await world.waits("shop") == []
    places = await world.triggered()
    assert places.index("shop/c-0/after") > max(places.index(f"listener/c-{number}/hear") for number in range(7))
    assert len(places) == len(set(places))


async def test_slow_receivers_are_triggered_one_by_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.deploy(SIREN, LISTENER, ALERTED)
    for number in range(4):
        await world.start("listener", f"c-{number}")
    await world.start("siren", "c-0")
    await world.trigger("siren", "c-0", "go")
    monkeypatch.setattr(delivery, "BUDGET_SECONDS", 0)
    for left in (3, 2, 1, 0):
        await world.runtime.outbox.deliver_due()
        assert len(await world.waits("listener")) == left
    await world.deliver()
    assert await world.thrown() == []
    assert [each.process_model_key for each in await world.instances("c-0")].count("alerted") == 1
    for number in range(3):
        await world.start("listener", f"d-{number}")
    outcome = await world.signal("alarm", process_model_key="listener")
    assert (len(outcome.triggers), outcome.pending) == (1, True)
    await world.deliver()
    assert await world.waits("listener") == []


async def test_a_message_is_retried_with_growing_pauses_if_its_receiver_cannot_go_on(world: World) -> None:
    await world.deploy(PAYER, BRITTLE, KIOSK)
    await world.start("brittle", "c-1")
    await world.start("kiosk", "c-2")
    await pay(world, "c-1", amount=2)
    await pay(world, "c-2", amount=2)
    await world.deliver()
    assert await world.waiting() == ["brittle/c-1/wait"]  # the other one is not held up
    attempts = []
    for _ in range(100):
        world.clock.advance(seconds=1)
        attempts.append(await world.runtime.outbox.deliver_due())
    # After 1 s, then 2 s, 4 s, and so on.
    assert [second for second, tried in enumerate(attempts, 1) if tried] == [1, 3, 7, 15, 31, 63]
    assert await world.thrown() == ["paid"]


async def test_the_reason_of_the_last_failure_is_kept_with_the_receiver(world: World) -> None:
    await world.deploy(PAYER, BRITTLE, SIREN, BRITTLE_LISTENER)
    await world.start("brittle", "c-1")
    await pay(world, "c-1", amount=2)
    await world.start("brittle-listener", "c-1")
    await world.start("siren", "c-1")
    await world.trigger("siren", "c-1", "go")
    await world.deliver()
    for attempts in (1, 2, 3):
        later = world.clock.now + timedelta(days=1)
        events = await world.runtime.database.read_store.due_thrown_events(later, 10)
        assert [(event.name, event.receiver_model_key, event.receiver_element_id) for event in events] == [
            ("paid", "brittle", "wait"),
            ("alarm", "brittle-listener", "hear"),
        ]
        for event in events:
            assert event.retry is not None
            assert (event.retry.attempts, event.retry.failed_at) == (attempts, world.clock.now)
            assert event.retry.retry_at == world.clock.now + timedelta(seconds=2 ** (attempts - 1))
            assert "none of the conditions is true" in event.retry.reason
        world.clock.advance(seconds=2 ** (attempts - 1))
        await world.deliver()


async def test_a_retried_message_triggers_an_event_that_began_to_wait_later(world: World) -> None:
    await world.deploy(PAYER, BRITTLE, KIOSK)
    await world.start("brittle", "c-1")
    await pay(world, amount=2)
    await world.deliver()
    await world.trigger("brittle", "c-1", "wait", amount=1)
    await world.start("kiosk", "c-1")
    world.clock.advance(seconds=1)
    await world.deliver()
    assert (await world.triggered())[-1] == "kiosk/c-1/paid"
    assert await world.thrown() == []


async def test_a_signal_is_retried_only_for_the_receiver_that_cannot_go_on(world: World) -> None:
    await world.deploy(SIREN, LISTENER, BRITTLE_LISTENER)
    await world.start("listener", "c-1")
    await world.start("brittle-listener", "c-1")
    await world.start("listener", "c-2")
    await world.start("siren", "c-1")
    await world.trigger("siren", "c-1", "go")
    await world.deliver()
    assert await world.waiting() == ["brittle-listener/c-1/hear", "siren/c-1/echo"]
    await world.start("listener", "c-3")
    for _ in range(3):
        world.clock.advance(hours=1)
        await world.deliver()
    assert await world.waiting() == ["brittle-listener/c-1/hear", "listener/c-3/hear", "siren/c-1/echo"]
    assert await world.thrown() == ["alarm"]
    await world.trigger("brittle-listener", "c-1", "hear", level=1)
    world.clock.advance(hours=1)
    await world.deliver()
    assert await world.thrown() == []


async def test_processes_that_message_each_other_for_ever_do_not_block_others(world: World) -> None:
    await world.deploy(player("ping", hears="pong", says="ping"), player("pong", hears="ping", says="pong"))
    await world.start("ping", "c-1")
    await world.start("pong", "c-1")
    await world.message("pong", correlation_id="c-1", process_model_key="ping")
    for count in range(2, 12):
        assert await world.runtime.outbox.deliver_due() == 1
        assert len(await world.history()) == count
    ping = next(each for each in await world.instances("c-1") if each.process_model_key == "ping")
    await world.terminate(ping)
    await world.deliver()
    assert await world.thrown() == []


async def test_each_event_is_delivered_by_one_of_two_servers(world: World, rival: World) -> None:
    await world.deploy(SIREN, LISTENER, PAYER, SHOP)
    for number in range(10):
        await world.start("listener", f"c-{number}")
        await world.start("shop", f"c-{number}")
        await pay(world, f"c-{number}")
    await world.start("siren", "c-0")
    await world.trigger("siren", "c-0", "go")
    world.reach_at_once(2)
    rival.reach_at_once(2)

    async def drain(server: World) -> None:
        while await server.thrown():
            await server.runtime.outbox.deliver_due()

    await asyncio.gather(drain(world), drain(rival))
    places = [place for place in await world.triggered() if not place.endswith("/go")]
    expected = [f"{key}/c-{number}/{element}" for number in range(10) for key, element in RECEIVED]
    assert sorted(places) == sorted(expected)
    for number in range(10):
        assert places.index(f"shop/c-{number}/paid") < places.index(f"shop/c-{number}/after")


RECEIVED = (("listener", "hear"), ("shop", "paid"), ("shop", "after"))


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_a_turn_that_becomes_free_within_a_round_lets_no_event_overtake(
    world: World, rival: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.deploy(PAYER, SHOP)
    await world.start("shop", "c-1")
    await pay(world)
    take = _PostgresConnection.take_delivery_turn
    async with AsyncExitStack() as turn:
        rival_transaction = await turn.enter_async_context(rival.runtime.database.write_store.transaction())
        assert await rival_transaction.take_delivery_turn()

        async def take_once(connection: _PostgresConnection) -> bool:
            is_taken = await take(connection)
            await turn.aclose()  # the rival finishes just after "paid" was refused its turn
            return is_taken

        monkeypatch.setattr(_PostgresConnection, "take_delivery_turn", take_once)
        assert await world.runtime.outbox.deliver_due() == 0
    await world.deliver()
    assert await world.triggered() == ["payer/c-1/go", "shop/c-1/paid", "shop/c-1/after"]


async def test_an_event_thrown_before_a_restart_is_delivered_after_it(world: World, rival: World) -> None:
    await world.deploy(PAYER, SHOP)
    await world.start("shop", "c-1")
    await pay(world)
    await rival.deliver()  # the rival has only the database, as after a restart
    assert await world.triggered() == ["payer/c-1/go", "shop/c-1/paid", "shop/c-1/after"]


async def test_a_message_thrown_after_a_timer_is_delivered(world: World) -> None:
    eager = PAYER.replace('process id="payer"', 'process id="eager"')
    eager = eager.replace(
        '<messageEventDefinition id="d_go" messageRef="M_go"/>',
        '<timerEventDefinition id="d_go"><timeDuration>PT1H</timeDuration></timerEventDefinition>',
    )
    await world.deploy(eager, SHOP)
    await world.start("shop", "c-1")
    await world.start("eager", "c-1", amount=1, order=2)
    world.clock.advance(hours=1)
    await world.fire()
    await world.deliver()
    assert await world.triggered() == ["eager/c-1/go", "shop/c-1/paid", "shop/c-1/after"]


async def test_the_loop_wakes_up_for_a_thrown_event(world: World) -> None:
    await world.deploy(PAYER, SHOP)
    await world.start("shop", "c-1")
    done = asyncio.Event()

    def on_commit(write_set: WriteSet) -> None:
        if any(trigger.element_id == "after" for trigger in write_set.new_triggers):
            done.set()

    world.runtime.writer.add_commit_listener(on_commit)
    loop = asyncio.create_task(world.runtime.outbox.run())
    await pay(world)
    async with asyncio.timeout(30):
        await done.wait()
    loop.cancel()
    assert await world.triggered() == ["payer/c-1/go", "shop/c-1/paid", "shop/c-1/after"]


async def test_an_unexpected_error_postpones_the_event_and_the_loop_continues(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await world.deploy(PAYER, SHOP)
    await world.start("shop", "c-1")
    await pay(world)
    with monkeypatch.context() as broken:

        def explode(*_: object, **__: object) -> None:
            raise ZeroDivisionError

        broken.setattr(type(world.runtime.host.dependencies.engine), "trigger", explode)
        await world.deliver()
    # It has lost its place in the order: the message after it had no receiver.
    assert await world.thrown() == ["paid"]
    assert "could not be delivered" in caplog.text
    for _ in range(5):
        world.clock.advance(minutes=1)
        await world.deliver()
    assert "shop/c-1/paid" in await world.triggered()
    assert await world.thrown() == []
