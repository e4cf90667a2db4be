"""Messages and signals by name: one receiver of a message, all receivers of a signal."""

import pytest

from bpmn_events.application.commands.trigger_message import TriggerMessage
from bpmn_events.application.commands.trigger_signal import TriggerSignal
from bpmn_events.domain.errors import Conflict, CorrelationNotFound, Forbidden, ProcessModelNotFound
from bpmn_events.domain.principal import Permission, Principal
from tests.contract.host.stage import Stage

WAITS = """
start > Paid > end
Paid: receiveTask message=paid
"""
BEGINS = """
on_paid > Ship > end
on_paid: startEvent message=paid
Ship: userTask
"""
HEARS = """
start > Alarm > end
Alarm: intermediateCatchEvent signal=alarm
"""


async def test_a_message_triggers_the_only_waiting_event(stage: Stage) -> None:
    await stage.deploy(WAITS)
    await stage.start()
    outcome = await stage.host.trigger_message(stage.submitted(TriggerMessage("paid", payload={"amount": 1})))
    assert [each.element_id for each in outcome.triggers] == ["Paid"]
    assert [each.payload for each in await stage.triggers()] == [{"amount": 1}]
    assert await stage.stops() == ""


async def test_a_message_with_several_receivers_needs_a_correlation(stage: Stage) -> None:
    await stage.deploy(WAITS)
    for stage.case in ("c-1", "c-2"):
        await stage.start()
    with pytest.raises(Conflict, match="Several events wait"):
        await stage.host.trigger_message(stage.submitted(TriggerMessage("paid")))
    outcome = await stage.host.trigger_message(stage.submitted(TriggerMessage("paid", correlation_id="c-2")))
    assert [each.correlation_id for each in outcome.triggers] == ["c-2"]


async def test_a_message_starts_a_process_if_no_event_waits(stage: Stage) -> None:
    await stage.deploy(BEGINS)
    outcome = await stage.host.trigger_message(stage.submitted(TriggerMessage("paid", correlation_id="c-9")))
    (started,) = outcome.started_process_instances
    assert (started.process_model_key, started.correlation_id) == ("p", "c-9")
    reader = Principal("bob", frozenset({Permission.EVENTS_TRIGGER}), frozenset({"*"}))
    with pytest.raises(Forbidden, match="processes:start"):
        await stage.host.trigger_message(stage.submitted(TriggerMessage("paid"), reader))


async def test_a_message_without_receivers_can_be_sent_again_under_its_key(stage: Stage) -> None:
    await stage.deploy(WAITS)
    command = stage.submitted(TriggerMessage("paid", idempotency_key="k"))
    assert (await stage.host.trigger_message(command)).is_empty
    await stage.start()
    first = await stage.host.trigger_message(command)
    again = await stage.host.trigger_message(command)
    assert (first.replayed, again.replayed, again.triggers) == (False, True, first.triggers)


async def test_a_signal_triggers_every_waiting_event(stage: Stage) -> None:
    await stage.deploy(HEARS)
    for stage.case in ("c-1", "c-2", "c-3"):
        await stage.start()
    outcome = await stage.host.trigger_signal(stage.submitted(TriggerSignal("alarm")))
    assert [each.correlation_id for each in outcome.triggers] == ["c-1", "c-2", "c-3"]
    assert not outcome.pending
    assert await stage.stops() == ""


async def test_an_unknown_model_or_correlation_is_refused(stage: Stage) -> None:
    for command in (TriggerMessage("paid", "nothing"), TriggerMessage("paid", correlation_id="nothing")):
        expected = ProcessModelNotFound if command.process_model_key else CorrelationNotFound
        with pytest.raises(expected):
            await stage.host.trigger_message(stage.submitted(command))
    with pytest.raises(CorrelationNotFound):
        await stage.host.trigger_signal(stage.submitted(TriggerSignal("alarm", correlation_id="nothing")))


async def test_an_idempotency_key_is_for_one_message_or_signal(stage: Stage) -> None:
    await stage.deploy(f"{WAITS}\nprocess q {{\nstart2 > Alarm > end2\nAlarm: intermediateCatchEvent signal=paid\n}}")
    await stage.start()
    await stage.start("q")
    message = await stage.host.trigger_message(stage.submitted(TriggerMessage("paid", idempotency_key="k")))
    with pytest.raises(Conflict, match="'k' was already used"):
        await stage.host.trigger_signal(stage.submitted(TriggerSignal("paid", idempotency_key="k")))
    assert len(message.triggers) == 1
