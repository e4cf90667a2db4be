"""Messages and signals whose names a model computes reach the instances that wait for that name, and only these."""

import pytest

from tests.conformance.drawing import draw
from tests.delivery.world import World

ORDER = draw(
    "start > Paid > Stopped > end\nPaid: receiveTask message=paid-${id}\nStopped: receiveTask message=done", "order"
)
ALARM = draw("start > Rings > end\nRings: intermediateCatchEvent signal='=\"bell-\" + floor'", "alarm")
SENDER = draw("start > Tell > end\nTell: intermediateThrowEvent message=paid-${id}", "sender")
KEYED = draw(
    """
    start > Fork > Paid > endA
    Fork: parallelGateway
    Paid: intermediateCatchEvent xml="<messageEventDefinition messageRef='M'/>"
    """
    'xml <message id="M" name="=&quot;paid-&quot; + kind"><extensionElements>'
    '<zeebe:subscription correlationKey="= id"/></extensionElements></message>',
    "keyed",
)


async def test_a_message_from_a_caller(world: World) -> None:
    await world.deploy(ORDER)
    await world.start("order", "c-1", id="1")
    await world.start("order", "c-2", id="2")
    (trigger,) = (await world.message("paid-2")).triggers
    assert (trigger.correlation_id, trigger.event_name) == ("c-2", "paid-2")
    assert await world.waiting() == ["order/c-1/Paid", "order/c-2/Stopped"]
    assert [event.event_name for event in await world.waits("order")] == ["paid-1", "done"]


async def test_a_message_from_another_process(world: World) -> None:
    await world.deploy(ORDER, SENDER)
    await world.start("order", "c-1", id="1")
    await world.start("order", "c-2", id="2")
    await world.start("sender", "c-2", id="2")
    await world.deliver()
    assert await world.waiting() == ["order/c-1/Paid", "order/c-2/Stopped"]


async def test_a_signal(world: World) -> None:
    await world.deploy(ALARM)
    await world.start("alarm", "c-1", floor="1")
    await world.start("alarm", "c-2", floor="2")
    await world.signal("bell-1")
    assert await world.waiting() == ["alarm/c-2/Rings"]


@pytest.mark.parametrize("key", ["i1", "i2"])
async def test_the_key_of_a_message_with_a_computed_name(world: World, key: str) -> None:
    await world.deploy(KEYED)
    await world.start("keyed", "c-1", kind="card", id="i1")
    await world.start("keyed", "c-2", kind="card", id="i2")
    await world.start("keyed", "c-3", kind="cash", id=key)
    (trigger,) = (await world.message("paid-card", payload={"id": key})).triggers
    assert trigger.correlation_id == {"i1": "c-1", "i2": "c-2"}[key]
