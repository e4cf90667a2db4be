"""Retention deletes the data kept for late callers when it expires, and never deletes event triggers."""

import pytest

from bpmn_events.domain.errors import EventNotFound, EventNotFoundReason
from tests.delivery.models import IMPATIENT, KIOSK
from tests.delivery.world import World


async def test_an_idempotency_key_is_remembered_for_a_week(world: World) -> None:
    await world.deploy(KIOSK)
    for number in range(5):
        await world.start("kiosk", f"c-{number}")
        await world.message("paid", correlation_id=f"c-{number}", idempotency_key=f"k-{number}")
    world.clock.advance(days=7)
    assert (await world.runtime.retention.delete_expired()).deleted == 0
    assert (await world.message("paid", correlation_id="c-0", idempotency_key="k-0")).replayed
    world.clock.advance(seconds=1)
    world.runtime.retention._batch = 2
    assert (await world.runtime.retention.delete_expired()).deleted == 5
    assert (await world.message("paid", correlation_id="c-0", idempotency_key="k-0")).is_empty
    assert len(await world.history()) == 5


async def test_a_cancelled_event_is_remembered_for_a_month(world: World) -> None:
    await world.deploy(IMPATIENT)
    await world.start("impatient", "c-1")
    (event,) = await world.waits()
    await world.finish("impatient", "c-1", "approve")

    async def reason() -> EventNotFoundReason:
        with pytest.raises(EventNotFound) as refused:
            await world.trigger("impatient", "c-1", event.id)
        return refused.value.reason

    world.clock.advance(days=29)
    assert (await world.runtime.retention.delete_expired()).deleted == 0
    assert await reason() is EventNotFoundReason.CANCELLED
    world.clock.advance(days=36_500)  # ids have the real time, which may be later than the test's
    assert (await world.runtime.retention.delete_expired()).deleted == 1
    assert await reason() is EventNotFoundReason.UNKNOWN
