"""Each trigger of any source has one line in the audit log, and what changed nothing has none."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from bpmn_events.application.audit import LOGGER, AuditLog
from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.application.ports.current_origin import CURRENT_ORIGIN
from bpmn_events.domain.errors import DomainError, ProcessFailed
from bpmn_events.domain.origin import Origin
from tests.conformance.drawing import draw
from tests.delivery.models import ALERTED, BRITTLE, CLERK, HOUR, LISTENER, SHOP, SIREN, TASKS
from tests.delivery.world import ADA, World


class Lines:
    """An event log that remembers its lines."""

    def __init__(self) -> None:
        self.written: list[dict[str, Any]] = []

    def write(self, logger: str, event: str, fields: Mapping[str, Any]) -> None:
        assert logger == LOGGER
        self.written.append({"event": event, **fields})

    def of(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.written if line["event"] == event]


@pytest.fixture
def lines(world: World) -> Lines:
    lines = Lines()
    world.runtime.writer.add_commit_listener(AuditLog(lines).on_commit)
    return lines


async def test_each_trigger_has_one_line_with_its_request(world: World, lines: Lines) -> None:
    await world.deploy(SHOP)
    instance = await world.start("shop", "c-1")
    token = CURRENT_ORIGIN.set(Origin("request-1", "203.0.113.7"))
    outcome = await world.trigger("shop", "c-1", "paid", amount=3)
    CURRENT_ORIGIN.reset(token)
    assert outcome.trigger is not None
    assert lines.of("event_triggered") == [
        {
            "event": "event_triggered",
            "principal": "ada",
            "source": "GRAPHQL",
            "event_type": "MESSAGE",
            "element_id": "paid",
            "event_id": outcome.trigger.event_id,
            "trigger_id": outcome.trigger.id,
            "process_model_key": "shop",
            "process_instance_id": instance.id,
            "correlation_id": "c-1",
            "request_id": "request-1",
            "client": "203.0.113.7",
        }
    ]


async def test_commands_of_one_transaction_keep_their_requests(world: World, lines: Lines) -> None:
    await world.deploy(SHOP)
    names = [f"c-{number}" for number in range(20)]
    for name in names:
        await world.start("shop", name)

    async def trigger(name: str) -> None:
        CURRENT_ORIGIN.set(Origin(f"request-{name}", None))  # in the context of this task only
        await world.trigger("shop", name, "paid")

    await asyncio.gather(*(trigger(name) for name in names))
    triggered = {line["correlation_id"]: line["request_id"] for line in lines.of("event_triggered")}
    assert triggered == {name: f"request-{name}" for name in names}


async def test_what_changes_nothing_has_no_line(world: World, lines: Lines) -> None:
    await world.deploy(SHOP, BRITTLE)
    await world.start("shop", "c-1")
    await world.start("brittle", "c-2")
    services = world.runtime.services
    await services.trigger_event(ADA, TriggerEvent("shop", "c-1", "paid", dry_run=True))
    assert lines.of("event_triggered") == []
    repeated = TriggerEvent("shop", "c-1", "paid", idempotency_key="k")
    await services.trigger_event(ADA, repeated)
    assert (await services.trigger_event(ADA, repeated)).replayed
    with pytest.raises(DomainError):
        await world.trigger("shop", "c-1", "paid")
    with pytest.raises(ProcessFailed):
        await world.trigger("brittle", "c-2", "wait", amount=2)
    assert [line["element_id"] for line in lines.of("event_triggered")] == ["paid"]


async def test_each_receiver_of_a_signal_has_one_line(world: World, lines: Lines) -> None:
    world.reach_at_once(2)
    await world.deploy(LISTENER, ALERTED)
    for number in range(5):
        await world.start("listener", f"c-{number}")
    token = CURRENT_ORIGIN.set(Origin("request-1", None))
    await world.signal("alarm")
    CURRENT_ORIGIN.reset(token)
    await world.deliver()
    triggered = lines.of("event_triggered")
    assert sorted(line["correlation_id"] for line in triggered) == [f"c-{number}" for number in range(5)]
    assert {(line["principal"], line["source"]) for line in triggered} == {("ada", "GRAPHQL")}
    # The outbox delivers to the others later, without the request.
    assert [line.get("request_id") for line in triggered].count("request-1") == 2
    started = lines.of("process_instance_started")[-1]
    assert (started["process_model_key"], started["request_id"]) == ("alerted", "request-1")


async def test_message_that_starts_an_instance_has_a_line(world: World, lines: Lines) -> None:
    await world.deploy(CLERK)
    await world.message("paid")
    assert [line["process_model_key"] for line in lines.of("process_instance_started")] == ["clerk"]


async def test_triggers_by_processes_and_timers_are_those_of_the_server(world: World, lines: Lines) -> None:
    await world.deploy(SIREN, HOUR, LISTENER)
    await world.start("siren", "c-1")
    await world.start("hour", "c-2")
    await world.start("listener", "c-3")
    await world.trigger("siren", "c-1", "go")
    await world.deliver()
    world.clock.advance(hours=2)
    await world.fire()
    lines_by_source = {line["source"]: line for line in lines.of("event_triggered")}
    assert lines_by_source["TIMER"]["principal"] == "system"
    assert lines_by_source["PROCESS"]["principal"] == "system"
    assert len(lines.of("event_triggered")) == len(await world.triggered())


async def test_ended_tasks_have_lines(world: World, lines: Lines) -> None:
    await world.deploy(TASKS)
    await world.start("approval", "c-1")
    await world.finish("approval", "c-1", "approve", result={"approved": True})
    (line,) = lines.of("task_ended")
    assert (line["principal"], line["command"], line["element_id"]) == ("ada", "FinishTask", "approve")


async def test_termination_and_deployment_have_lines(world: World, lines: Lines) -> None:
    await world.deploy(SHOP)
    await world.terminate(await world.start("shop", "c-1"))
    assert [line["process_models"] for line in lines.of("process_models_deployed")] == [["shop:1"]]
    (line,) = lines.of("process_instance_terminated")
    assert (line["principal"], line["correlation_id"]) == ("ada", "c-1")


async def test_a_start_by_a_timer_has_one_line(world: World, lines: Lines) -> None:
    await world.deploy(draw("begin > Work > end\nbegin: startEvent timer=PT1H\nWork: userTask\n"))
    world.clock.advance(hours=1)
    await world.runtime.start_timers.fire_due()
    (task,) = await world.tasks()
    assert lines.of("process_instance_started") == [
        {
            "event": "process_instance_started",
            "principal": "system",
            "source": "TIMER",
            "process_model_key": "p",
            "process_instance_id": task.process_instance_id,
            "correlation_id": task.correlation_id,
        }
    ]
