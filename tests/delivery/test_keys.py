"""Messages reach their conversation by correlation keys (BPMN 2.0.2, section 8.4.2)."""

import pytest

from bpmn_events.adapters.hosts.embedded.delivery.delivery import LOCKED_CANDIDATES
from bpmn_events.domain.errors import Conflict
from bpmn_events.domain.retries import FIRST_RETRY
from tests.delivery.models import AMOUNT, KIOSK, LATE_KEY, PAYER, SHOP, catch_message, keyed
from tests.delivery.world import World


async def pay(world: World, order: object, correlation: str = "payments") -> None:
    await world.start("payer", correlation, amount=1, order=order)
    await world.trigger("payer", correlation, "go")
    await world.deliver()


async def orders(world: World, *numbers: object, key: str = "order") -> None:
    for number in numbers:
        await world.start(key, f"{key}-{number}", number=number)


async def test_a_message_reaches_the_instance_with_the_key_in_its_payload(world: World) -> None:
    await world.deploy(keyed("order"), PAYER)
    await orders(world, 1, 2, 3)
    await pay(world, 2)
    assert await world.waiting("order") == ["order/order-1/paid", "order/order-3/paid"]
    outcome = await world.message("paid", payload={"order": 3})
    assert [trigger.correlation_id for trigger in outcome.triggers] == ["order-3"]


async def test_a_message_without_the_key_reaches_no_receiver(world: World) -> None:
    await world.deploy(keyed("order"), PAYER)
    await orders(world, 1, 2)
    for order in (None, 9):
        await pay(world, order, f"payments-{order}")
        assert (await world.message("paid", payload={"order": order})).is_empty
    assert (await world.message("paid")).is_empty
    assert await world.waiting("order") == ["order/order-1/paid", "order/order-2/paid"]


async def test_a_number_does_not_match_its_text(world: World) -> None:
    await world.deploy(keyed("order"))
    await orders(world, 1)
    assert (await world.message("paid", payload={"order": "1"})).is_empty
    assert len((await world.message("paid", payload={"order": 1.0})).triggers) == 1


async def test_keys_of_two_models_do_not_match_although_they_share_a_name(world: World) -> None:
    """Both call their key "K" and their property "P", but take them from different members of the payload."""
    await world.deploy(keyed("order", "order"), keyed("invoice", "invoice"))
    await orders(world, 1)
    await orders(world, 1, key="invoice")
    outcome = await world.message("paid", payload={"invoice": 1})
    assert [trigger.process_model_key for trigger in outcome.triggers] == ["invoice"]
    assert await world.waiting() == ["order/order-1/paid"]


async def test_a_key_value_of_two_correlations_is_ambiguous_for_a_caller(world: World) -> None:
    await world.deploy(keyed("order"))
    await world.start("order", "c-1", number=1)
    await world.start("order", "c-2", number=1)
    with pytest.raises(Conflict):
        await world.message("paid", payload={"order": 1})
    outcome = await world.message("paid", payload={"order": 1}, correlation_id="c-2")
    assert [trigger.correlation_id for trigger in outcome.triggers] == ["c-2"]


async def test_a_key_must_match_within_a_correlation_too(world: World) -> None:
    await world.deploy(keyed("order"), PAYER, KIOSK)
    for number in (1, 2):
        await world.start("order", "c-1", number=number)
    await world.start("kiosk", "c-1")
    await pay(world, 2, "c-1")
    assert len(await world.waits("order")) == 1
    assert (await world.waits("kiosk")) != []
    assert (await world.waits("order"))[0].correlation_keys == {"K": "[1]"}
    # A message whose key matches no event reaches an event without keys.
    await pay(world, 9, "c-1")
    assert await world.waits("kiosk") == []
    assert len(await world.waits("order")) == 1


async def test_the_own_correlation_comes_before_a_key_of_another(world: World) -> None:
    await world.deploy(keyed("order"), PAYER)
    await world.start("order", "c-1", number=7)
    await world.start("order", "c-2", number=7)
    await pay(world, 7, "c-2")
    assert await world.waiting("order") == ["order/c-1/paid"]


async def test_instances_of_an_older_version_keep_their_keys(world: World) -> None:
    await world.deploy(keyed("order", "order"))
    await orders(world, 1)
    await world.deploy(keyed("order", "number"))
    await orders(world, 2)
    assert (await world.message("paid", payload={"order": 2})).is_empty
    assert len((await world.message("paid", payload={"order": 1})).triggers) == 1
    assert len((await world.message("paid", payload={"number": 2})).triggers) == 1


async def test_a_key_set_late_applies_to_events_that_already_wait(world: World) -> None:
    await world.deploy(LATE_KEY)
    for number in (1, 2):
        await world.start("late", f"c-{number}", number=number)
        await world.trigger("late", f"c-{number}", "go")
    assert [event.correlation_keys for event in await world.waits()] == [{"K": "[1]"}, {"K": "[2]"}]
    assert (await world.message("paid", payload={"order": 3})).is_empty
    outcome = await world.message("paid", payload={"order": 2})
    assert [trigger.correlation_id for trigger in outcome.triggers] == ["c-2"]
    assert (await world.message("paid", payload={"order": 2})).is_empty


async def test_an_event_triggered_by_its_id_needs_no_key(world: World) -> None:
    await world.deploy(keyed("order"))
    await orders(world, 1)
    await world.trigger("order", "order-1", "paid")
    assert (await world.message("paid", payload={"order": 1})).is_empty


async def test_many_receivers_that_refuse_a_message_do_not_stop_the_outbox(world: World) -> None:
    strict = keyed("order").replace('<intermediateCatchEvent id="paid">', f'<intermediateCatchEvent id="paid">{AMOUNT}')
    await world.deploy(strict, PAYER, SHOP)
    for number in range(LOCKED_CANDIDATES + 2):
        await world.start("order", f"order-{number}", number=2)
    await world.start("payer", "payments", amount="much", order=2)
    await world.trigger("payer", "payments", "go")
    await world.start("shop", "c-1")
    await pay(world, 7, "c-1")
    assert await world.thrown() == []
    assert await world.waiting("shop") == []
    assert len(await world.waiting("order")) == LOCKED_CANDIDATES + 2


async def test_a_receiver_behind_many_without_room_gets_the_message_later(world: World) -> None:
    await world.deploy(keyed("order"), PAYER)
    full = LOCKED_CANDIDATES + 1
    for number in range(full):
        await world.start("order", f"order-{number}", number=2, filler="x" * 500)
    await world.start("order", "last", number=2)
    world.runtime.host.dependencies.max_instance_bytes = 550
    await world.start("payer", "payments", amount="y" * 200, order=2)
    await world.trigger("payer", "payments", "go")
    await world.deliver()
    world.clock.now += FIRST_RETRY
    await world.deliver()
    assert await world.thrown() == []
    assert await world.triggered() == ["payer/payments/go", "order/last/paid"]


async def test_no_message_overtakes_another_one_whose_receiver_has_to_be_compiled(world: World, rival: World) -> None:
    in_turn = keyed("order").replace(
        '<sequenceFlow id="f_paid_end" sourceRef="paid" targetRef="end"/>',
        '<sequenceFlow id="f1" sourceRef="paid" targetRef="after"/>'
        '<sequenceFlow id="f2" sourceRef="after" targetRef="end"/>',
    )
    await world.deploy(
        in_turn.replace('<endEvent id="end"/>', f'{catch_message("after", "after")}<endEvent id="end"/>'), PAYER
    )
    await world.start("order", "c-1", number=7)
    await world.start("payer", "c-1", amount=1, order=7)
    await world.trigger("payer", "c-1", "go")
    await rival.deliver()  # the rival has compiled nothing yet, as after a restart
    assert await world.triggered() == ["payer/c-1/go", "order/c-1/paid", "order/c-1/after"]


async def test_a_message_may_need_more_models_than_the_catalog_holds(world: World, rival: World) -> None:
    await world.deploy(*(keyed(f"order-{number}") for number in range(3)))
    await world.start("order-2", "c-1", number=7)
    for number in range(2):
        await world.start(f"order-{number}", f"other-{number}", number=8)
    rival.runtime.host.dependencies.catalog._room = 2
    assert len((await rival.message("paid", payload={"order": 7})).triggers) == 1
