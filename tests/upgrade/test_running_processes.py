"""Processes that a landed version left waiting continue from every kind of wait state."""

from pathlib import Path

import pytest

from bpmn_events.adapters.hosts.embedded.model.meaning import CURRENT, FIRST
from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.application.commands.terminate_instance import TerminateInstance
from bpmn_events.domain.errors import Forbidden, InvalidPayload
from bpmn_events.domain.processes import ProcessInstanceState
from tests.delivery.world import ADA, World, somebody
from tests.upgrade.facts import Facts
from tests.upgrade.models import NOWHERE
from tests.upgrade.steps import stops_of, walk

CASES = {
    # an instance of the first model version, and one of the next
    "order-1": """
        trigger received => [Pack]
        finish Pack =>
    """,
    "order-2": """
        trigger received => [Pack]
        finish Pack => shipped
        trigger shipped =>
    """,
    # boundary events: timers that are due, one that is far away, a message that interrupts nothing
    "review-1": """
        trigger note => [Check] [Read] expire late note remind
        trigger remind => [Check] [Nudge] [Read] expire late note remind
        trigger expire => [Expired] [Nudge] [Read]
        finish Expired => [Nudge] [Read]
    """,
    "review-2": """
        fire => [Escalate] [Nudge] [Read]
        finish Read => [Escalate] [Nudge]
        finish Escalate => [Nudge]
        finish Nudge =>
    """,
    "reminder-1": """
        fire => work
        trigger work =>
    """,
    # event subprocesses
    "guarded-1": """
        trigger startNote => [Note] Work startAlarm startNote
        finish Note => Work startAlarm startNote
        trigger Work =>
    """,
    "guarded-2": """
        trigger startAlarm => [Rescue]
        finish Rescue =>
    """,
    # loops
    "panel-1": """
        finish Vote => [Vote] [Vote] stop
        trigger stop => [Stopped]
    """,
    "panel-2": """
        finish Vote => [Vote] stop
        finish Vote => [Count]
        finish Count =>
    """,
    "queue-1": """
        trigger Next => Next
        trigger Next => [After]
        finish After =>
    """,
    "again-1": """
        finish Try {"more": true} => [Try]
        finish Try {"more": false} => [Done]
        finish Done =>
    """,
    "again-2": """
        finish Done =>
    """,
    # calls
    "caller-1": """
        trigger answer {"answer": 42} => [Close]
        finish Close =>
    """,
    "caller-2": """
        trigger stop => [Stopped]
        finish Stopped =>
    """,
    "charge-caller-1": """
        decline card => [look] go
        finish look => go
        trigger go =>
    """,
    # joins at which a token waits
    "joins-1": """
        trigger B => [P] [Q]
        finish Q => [P]
        finish P =>
    """,
    "joins-2": """
        finish P =>
    """,
    # conditional events: one that becomes true, and one that has to become false first
    "watch-1": """
        trigger total {"level": 11} => [Look] Wait high total
        trigger total {"level": 12} => [Look] Wait high total
    """,
    "watch-2": """
        trigger total {"level": 30} => [Look] Wait high total
        trigger total {"level": 1} => [Look] Wait high total
        trigger total {"level": 11} => [Look] [Look] Wait high total
    """,
    "ready-1": """
        trigger until => [Go]
        finish Go =>
    """,
    # event-based gateways, one with a timer that is due
    "choice-1": """
        fire => [Late]
    """,
    "choice-2": """
        fire => answer late withdrawn
        trigger answer => [Answered]
    """,
    # external tasks
    "billing-1": """
        finish Bill =>
    """,
    "billing-2": """
        finish Ask =>
    """,
    "billing-4": """
        decline Bill => [Ask]
    """,
    "approval-1": """
        finish approve => [bill]
        finish bill => go
        trigger go =>
    """,
    "approval-2": """
        finish bill => go
    """,
    "mapped-1": """
        finish Local => [After]
    """,
    # a timer whose process fails until it gets a payload
    "stuck-1": """
        fire => ring
        trigger ring {"open": true} =>
    """,
    # the outbox: thrown events reach the rest of their receivers
    "payer-1": """
        deliver =>
    """,
    "listener-5": """
        deliver =>
    """,
    "listener-late": """
        deliver => hear
        trigger hear =>
    """,
    "crowd-7": """
        deliver =>
    """,
    "listener-0": """
        deliver => hear
        trigger hear {"level": 1} =>
        deliver =>
    """,
    "brittle-1": """
        deliver => wait
        trigger wait {"amount": 1} =>
        deliver =>
    """,
}


@pytest.mark.parametrize("correlation", CASES)
async def test_a_case_continues(world: World, correlation: str) -> None:
    await walk(world, correlation, CASES[correlation])


async def test_variables_keep_their_values(world: World) -> None:
    await walk(world, "queue-1", "trigger Next => Next\ntrigger Next => [After]")
    await walk(world, "caller-1", 'trigger answer {"answer": 42} => [Close]')
    await walk(world, "mapped-1", "finish Local => [After]")
    variables = {
        each.process_model_key: each.variables
        for name in ("queue-1", "caller-1", "mapped-1")
        for each in await world.instances(name)
    }
    assert variables["queue"] == {"items": ["a", "b", "c"], "seen": "abc"}
    assert variables["caller"] == {"topic": "calls", "answer": 42}
    assert variables["mapped"] == {"number": 20, "result": 41}


async def test_the_outbox_delivers_its_events(world: World) -> None:
    await world.deliver()
    assert sorted(await world.thrown()) == ["alarm", "alarm", "paid"]
    await world.deploy(NOWHERE)
    await world.trigger("brittle-listener", "listener-0", "hear", level=1)
    await world.trigger("brittle", "brittle-1", "wait", amount=1)
    world.clock.advance(hours=1)
    await world.deliver()
    assert await world.thrown() == []
    keys = sorted(each.process_model_key for each in await world.instances("siren-1"))
    # The signal has already started its process, so the rest of its delivery starts none.
    assert keys == ["alerted", "nowhere", "siren", "stillborn"]


async def test_messages_are_correlated_by_their_keys(world: World) -> None:
    await world.deliver()
    outcome = await world.message("paid", process_model_key="keyed", payload={"order": 8})
    assert [trigger.correlation_id for trigger in outcome.triggers] == ["keyed-8"]
    outcome = await world.message("paid", process_model_key="late", payload={"order": 41})
    assert [trigger.correlation_id for trigger in outcome.triggers] == ["late-2"]
    await walk(world, "late-1", "trigger go => paid")
    assert (await world.message("paid", process_model_key="late", payload={"order": 41})).is_empty
    outcome = await world.message("paid", process_model_key="late", payload={"order": 40})
    assert [trigger.correlation_id for trigger in outcome.triggers] == ["late-1"]


async def test_signals_trigger_events_and_start_instances(world: World) -> None:
    await world.deliver()
    outcome = await world.signal("outside")
    assert (len(outcome.triggers), [each.process_model_key for each in outcome.started_process_instances]) == (
        0,
        ["crowd-start"],
    )
    outcome = await world.signal("choice-withdrawn", correlation_id="choice-2")
    assert [trigger.element_id for trigger in outcome.triggers] == ["withdrawn"]
    assert await stops_of(world, "choice-2") == "[Withdrawn]"


async def test_lanes_and_payload_schemas_apply(world: World) -> None:
    with pytest.raises(InvalidPayload):
        await world.trigger("sales", "sales-1", "hear", amount="much")
    outsider = somebody(lanes=["Support"])
    with pytest.raises(Forbidden):
        await world.finish("approval", "approval-1", "approve", by=outsider)
    assert (await world.signal("alarm", outsider, process_model_key="sales")).is_empty
    await walk(world, "sales-1", 'trigger hear {"amount": 1} =>')


@pytest.mark.parametrize(
    ("key", "payload", "stops"),
    [
        ("order", {}, "received"),
        ("review", {}, "[Check] expire late note remind"),
        ("guarded", {}, "Work startAlarm startNote"),
        ("panel", {}, "[Vote] [Vote] [Vote] stop"),
        ("queue", {"items": [1], "seen": 0}, "Next"),
        ("caller", {}, "answer stop"),
        ("joins", {"a": True, "b": False, "c": True}, "[A] [C]"),
        ("watch", {"level": 12}, "[Look] Wait high total"),
        ("choice", {}, "answer late withdrawn"),
        ("billing", {}, "[Bill]"),
        ("approval", {}, "[approve]"),
        ("keyed", {"number": 1}, "paid"),
    ],
)
async def test_new_instances_start_from_the_stored_models(
    world: World, key: str, payload: dict[str, object], stops: str
) -> None:
    instance = await world.start(key, "new", **payload)
    assert await stops_of(world, "new") == stops
    model = await world.runtime.services.find_process_model(ADA, key)
    assert model.id == instance.process_model_id


async def test_deploying_a_stored_file_makes_a_version_with_the_current_meaning(
    world: World, facts: Facts, landed: Path
) -> None:
    (before,) = [each for each in facts.models if each["key"] == "order"]
    stored = (await world.runtime.database.read_store.bpmn_xml([before["id"]]))[before["id"]]
    deploy = world.runtime.services.deploy_model
    (old,) = (await world.runtime.database.read_store.models_by_id([before["id"]])).values()
    has_first_meaning = landed.name < "0006"
    assert (old.version, old.meaning) == (2, FIRST if has_first_meaning else CURRENT)
    (renewed,) = (await deploy(ADA, DeployModel(stored))).models
    assert (renewed.version, renewed.meaning) == (3 if has_first_meaning else 2, CURRENT)
    (same,) = (await deploy(ADA, DeployModel(stored))).models
    assert same == renewed
    assert await world.runtime.database.read_store.models_by_id([before["id"]]) == {before["id"]: old}
    await walk(world, "order-1", "trigger received => [Pack]\nfinish Pack =>")


async def test_running_instances_can_be_terminated(world: World, facts: Facts) -> None:
    roots = [each for each in facts.instances if each["state"] == "RUNNING" and each["parent_id"] is None]
    for root in roots:
        ended = await world.runtime.services.terminate_instance(ADA, TerminateInstance(root["id"], "the test is over"))
        assert (ended.state, ended.end_reason) == (ProcessInstanceState.TERMINATED, "the test is over")
    assert (await world.waiting(), await world.tasks()) == ([], [])
