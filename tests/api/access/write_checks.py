"""Checks that compare the response of each write with the access rule, each in a new correlation."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.application.commands.end_task import EXTERNAL_TASK_TYPES, PERSON_TASK_TYPES
from bpmn_events.application.commands.finish_task import FinishTask
from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.application.services import Services
from bpmn_events.domain.events import EventTrigger, WaitingEvent
from bpmn_events.domain.principal import SYSTEM, Permission
from bpmn_events.domain.tasks import OpenTask, TaskType
from tests.api.access.assertions import assert_nested_lists, assert_next_items, assert_same, instance_fields
from tests.api.access.callers import ADMIN, Caller, Snapshot, ids
from tests.api.access.client import RecordingClient, objects
from tests.api.access.models import BY_MESSAGE, BY_SIGNAL, DESK
from tests.api.access.read_checks import PREFIXES

PAYLOAD = {"amount": 1}
_cases = count()


@dataclass(frozen=True)
class Stage:
    """A database that tests change. ``services`` belong to another process and read only committed data."""

    services: Services

    async def prepare(self) -> None:
        for xml in (DESK, BY_MESSAGE, BY_SIGNAL):
            await self.services.deploy_model(SYSTEM, DeployModel(xml))

    async def start_case(self, desks: int = 1) -> str:
        """Start a new correlation with this number of ``desk`` instances. Return its id."""
        case = f"case-{next(_cases)}"
        for _ in range(desks):
            await self.services.start_instance(SYSTEM, StartInstance("desk", case))
        return case

    async def snapshot(self, case: str) -> Snapshot:
        return await Snapshot.of(self.services, case)

    async def triggers_of(self, event: WaitingEvent) -> list[EventTrigger]:
        """Return the triggers of the event: none or one."""
        return [each for each in (await self.snapshot(event.correlation_id)).triggers if each.event_id == event.id]

    async def trigger_or_finish(self, item: WaitingEvent | OpenTask) -> None:
        """Trigger the event or finish the task before the caller does."""
        address = item.process_model_key, item.correlation_id, item.id
        if isinstance(item, WaitingEvent):
            await self.services.trigger_event(SYSTEM, TriggerEvent(*address))
        else:
            await self.services.finish_task(SYSTEM, FinishTask(*address, frozenset(TaskType)))


def _event(event_id: str, case: str, **more: Any) -> dict[str, Any]:
    return {"processModelKey": "desk", "correlationId": case, "eventId": event_id, "payload": PAYLOAD, **more}


def _event_result(caller: Caller) -> str:
    return f"""... on TriggerEventSuccess {{
            trigger {{ id }} processInstance {{ {instance_fields(caller)} }} nextWaitingEvents {{ id }} replayed }}
        ... on EventAmbiguousError {{ candidates {{ id }} }}
        ... on EventNotFoundError {{ reason trigger {{ id }} }}"""


def _trigger(caller: Caller) -> str:
    return f"mutation($input: TriggerEventInput!) {{ triggerEvent(input: $input) {{ {_event_result(caller)} }} }}"


async def triggering(stage: Stage, client: RecordingClient, caller: Caller) -> None:
    """Trigger as a dry run, then for good, then once more."""
    case, query = await stage.start_case(), _trigger(caller)
    for event in (await stage.snapshot(case)).events:
        for dry_run in (True, False):
            response = (await client.graphql(query, input=_event(event.id, case, dryRun=dry_run)))["triggerEvent"]
            snapshot = await stage.snapshot(case)
            assert (response["__typename"] == "TriggerEventSuccess") is caller.can_trigger(event)
            assert_nested_lists(response, snapshot, caller)
            if not caller.can_trigger(event):
                _assert_unknown(response, caller)
            elif dry_run:
                _assert_existing_next_events(response, snapshot, event, caller)
            else:
                assert_next_items(response, snapshot, caller)
                assert_same([response["trigger"]], [each for each in snapshot.triggers if each.event_id == event.id])
        if not await stage.triggers_of(event):
            await stage.trigger_or_finish(event)
        late = (await client.graphql(query, input=_event(event.id, case)))["triggerEvent"]
        assert_same(objects(late, "EventTrigger"), filter(caller.can_trigger, await stage.triggers_of(event)))


def _assert_unknown(response: dict[str, Any], caller: Caller) -> None:
    """Assert that the caller lacks the permission, or is told that the event in a lane that it lacks is unknown."""
    if caller.may(Permission.EVENTS_TRIGGER):
        assert response == {"__typename": "EventNotFoundError", "reason": "UNKNOWN", "trigger": None}
    else:
        assert response == {"__typename": "ForbiddenError"}


def _assert_existing_next_events(
    response: dict[str, Any], snapshot: Snapshot, event: WaitingEvent, caller: Caller
) -> None:
    """Assert that the next events of a dry run include all visible existing events but the triggered one."""
    existing = {each.id for each in snapshot.events}
    shown = [each for each in response["nextWaitingEvents"] if each["id"] in existing]
    assert_same(shown, (each for each in snapshot.events if each.id != event.id and caller.sees_lane(each.lane)))


async def triggering_many(stage: Stage, client: RecordingClient, caller: Caller) -> None:
    """Trigger several events with one mutation, including an ambiguous element and an already triggered event."""
    case = await stage.start_case(2)
    before = await stage.snapshot(case)
    by_element = await client.graphql(_trigger(caller), input=_event("ring", case))
    ring = [event for event in before.events if event.element_id == "ring"]
    assert_same(objects(by_element, "WaitingEvent"), filter(caller.can_trigger, ring))
    triggered = next(event for event in before.events if event.element_id == "remind")
    await stage.trigger_or_finish(triggered)
    waiting = [event for event in before.events if event is not triggered]
    inputs = [_event(each, case) for each in ("pay", *(event.id for event in waiting), triggered.id)]
    results = f"results {{ {_event_result(caller)} }}"
    response = await client.graphql(
        f"mutation($inputs: [TriggerEventInput!]!) {{ triggerEvents(inputs: $inputs) {{ {results} }} }}", inputs=inputs
    )
    snapshot = await stage.snapshot(case)
    assert_nested_lists(response, snapshot, caller)
    at_element, *results_by_id, too_late = response["triggerEvents"]["results"]
    pay = [event for event in waiting if event.element_id == "pay"]
    assert_same(objects(at_element, "WaitingEvent"), filter(caller.can_trigger, pay))
    for event, result in zip(waiting, results_by_id, strict=True):
        assert (result["__typename"] == "TriggerEventSuccess") is caller.can_trigger(event)
        lanes = {each.id: each.lane for each in (*before.events, *snapshot.events)}
        assert all(
            caller.sees_lane(lanes[shown["id"]]) for shown in objects(result, "WaitingEvent") if shown["id"] in lanes
        )
    assert_same(objects(too_late, "EventTrigger"), filter(caller.can_trigger, await stage.triggers_of(triggered)))


async def triggering_by_plain_http(stage: Stage, client: RecordingClient, caller: Caller) -> None:
    for prefix in PREFIXES:
        case = await stage.start_case()
        path = f"{prefix}/process_models/desk/correlations/{case}/events"
        for event in (await stage.snapshot(case)).events:
            for query in ("?dry_run=true", ""):
                response = await client.post(f"{path}/{event.id}/trigger{query}", PAYLOAD)
                snapshot = await stage.snapshot(case)
                assert ("nextWaitingEvents" in response) is caller.can_trigger(event)
                if "nextWaitingEvents" in response and query:
                    _assert_existing_next_events(response, snapshot, event, caller)
                elif "nextWaitingEvents" in response:
                    assert_next_items(response, snapshot, caller)
            if not await stage.triggers_of(event):
                await stage.trigger_or_finish(event)
            late = await client.post(f"{path}/{event.id}/trigger", PAYLOAD)
            shown = [late["trigger"]] if late.get("trigger") else []
            assert_same(shown, filter(caller.can_trigger, await stage.triggers_of(event)))
        twice = await stage.start_case(2)
        response = await client.post(f"{prefix}/process_models/desk/correlations/{twice}/events/pay/trigger", PAYLOAD)
        waiting = [event for event in (await stage.snapshot(twice)).events if event.element_id == "pay"]
        assert_same(response.get("candidates", ()), filter(caller.can_trigger, waiting))


async def finishing(stage: Stage, client: RecordingClient, caller: Caller) -> None:
    """Finish user tasks and external tasks, by id and by an ambiguous element."""
    case, twice = await stage.start_case(), await stage.start_case(2)
    for task in (await stage.snapshot(case)).tasks:
        mutation, argument = _finisher(task)
        await _end_task(stage, client, caller, (task, case, twice), mutation, {argument: None, "result": PAYLOAD})


async def throwing(stage: Stage, client: RecordingClient, caller: Caller) -> None:
    """End external tasks with a BPMN error, by id and by an ambiguous element."""
    case, twice = await stage.start_case(), await stage.start_case(2)
    for task in (await stage.snapshot(case)).tasks:
        if task.task_type in EXTERNAL_TASK_TYPES:
            arguments = {"externalTaskId": None, "errorCode": "E", "variables": PAYLOAD}
            await _end_task(stage, client, caller, (task, case, twice), "throwBpmnError", arguments)


def _finisher(task: OpenTask) -> tuple[str, str]:
    by_people = task.task_type in PERSON_TASK_TYPES
    return ("finishUserTask", "userTaskId") if by_people else ("finishExternalTask", "externalTaskId")


async def _end_task(
    stage: Stage,
    client: RecordingClient,
    caller: Caller,
    task_and_cases: tuple[OpenTask, str, str],
    mutation: str,
    arguments: dict[str, Any],
) -> None:
    """End the task by id in the first case, then by its element in the second case, where two tasks are open.

    The argument with the value None receives the id.
    """
    task, case, twice = task_and_cases
    query = f"""mutation($input: {mutation[0].upper()}{mutation[1:]}Input!) {{ {mutation}(input: $input) {{
        ... on FinishTaskSuccess {{ task {{ id }} processInstance {{ {instance_fields(caller)} }}
            nextWaitingEvents {{ id }} nextOpenTasks {{ id }} }}
        ... on TaskAmbiguousError {{ candidates {{ id }} }} }} }}"""

    async def end(correlation_id: str, task_id: str) -> dict[str, Any]:
        address = {"processModelKey": "desk", "correlationId": correlation_id}
        values = {name: task_id if value is None else value for name, value in arguments.items()}
        response: dict[str, Any] = (await client.graphql(query, input={**address, **values}))[mutation]
        return response

    response = await end(case, task.id)
    snapshot = await stage.snapshot(case)
    assert_nested_lists(response, snapshot, caller)
    assert (response["__typename"] == "FinishTaskSuccess") is caller.can_trigger(task)
    if caller.can_trigger(task):
        assert_next_items(response, snapshot, caller)
        assert_same([response["task"]], [task])
    open_there = [each for each in (await stage.snapshot(twice)).tasks if each.element_id == task.element_id]
    assert_same(objects(await end(twice, task.element_id), "OpenTask"), filter(caller.can_trigger, open_there))


async def finishing_by_plain_http(stage: Stage, client: RecordingClient, caller: Caller) -> None:
    for prefix in PREFIXES:
        for segment, action, body in (
            ("user_tasks", "finish", PAYLOAD),
            ("external_tasks", "finish", PAYLOAD),
            ("external_tasks", "bpmn_error", {"errorCode": "E"}),
        ):
            kinds = EXTERNAL_TASK_TYPES if segment == "external_tasks" else PERSON_TASK_TYPES
            case, twice = await stage.start_case(), await stage.start_case(2)
            path = f"{prefix}/process_models/desk/correlations/%s/{segment}/%s/{action}"
            for task in [each for each in (await stage.snapshot(case)).tasks if each.task_type in kinds]:
                response = await client.post(path % (case, task.id), body)
                assert ("nextOpenTasks" in response) is caller.can_trigger(task)
                if caller.can_trigger(task):
                    assert_next_items(response, await stage.snapshot(case), caller)
                    assert_same([response["task"]], [task])
                open_there = [
                    each for each in (await stage.snapshot(twice)).tasks if each.element_id == task.element_id
                ]
                ambiguous = await client.post(path % (twice, task.element_id), body)
                assert_same(ambiguous.get("candidates", ()), filter(caller.can_trigger, open_there))


async def sending_by_name(stage: Stage, client: RecordingClient, caller: Caller) -> None:
    """Messages and signals trigger events in the caller's lanes only, and the response lists only those."""
    case = await stage.start_case()
    for event_type, name, start_lane in (
        ("message", "pay", None),
        ("signal", "alarm", None),
        ("message", "new", "Finance"),
        ("signal", "opened", "Warehouse"),
    ):
        receivers = [event for event in (await stage.snapshot(case)).events if event.event_name == name]
        mutation = f"trigger{event_type.capitalize()}"
        response = await client.graphql(
            f"""mutation($input: TriggerByNameInput!) {{ {mutation}(input: $input) {{ ... on TriggerByNameSuccess {{
                triggers {{ id }} startedProcessInstances {{ {instance_fields(caller)} }} }} }} }}""",
            input={"name": name, "correlationId": case, "payload": PAYLOAD},
        )
        snapshot = await stage.snapshot(case)
        assert_nested_lists(response, snapshot, caller)
        triggered = {event.id for event in receivers} - {event.id for event in snapshot.events}
        assert triggered == {*ids(filter(caller.can_trigger, receivers))}
        assert_same(
            objects(response, "EventTrigger"), [each for each in snapshot.triggers if each.event_id in triggered]
        )
        may_start = caller.may(Permission.EVENTS_TRIGGER) and caller.may(Permission.PROCESSES_START)
        starts = start_lane is not None and may_start and caller.sees_lane(start_lane)
        assert len([*objects(response[mutation].get("startedProcessInstances"), "ProcessInstance")]) == starts


async def sending_by_plain_http(stage: Stage, client: RecordingClient, caller: Caller) -> None:
    for prefix in PREFIXES:
        case = await stage.start_case()
        for event_type, name in (("message", "pay"), ("signal", "alarm")):
            receivers = [event for event in (await stage.snapshot(case)).events if event.event_name == name]
            response = await client.post(f"{prefix}/{event_type}s/{name}/trigger?correlation_id={case}", PAYLOAD)
            snapshot = await stage.snapshot(case)
            triggered = {event.id for event in receivers} - {event.id for event in snapshot.events}
            assert triggered == {*ids(filter(caller.can_trigger, receivers))}
            assert_same(
                response.get("triggers", ()), [each for each in snapshot.triggers if each.event_id in triggered]
            )


async def starting_and_terminating(stage: Stage, client: RecordingClient, caller: Caller) -> None:
    case = await stage.start_case()
    response = await client.graphql(
        f"""mutation($input: StartProcessInstanceInput!) {{ startProcessInstance(input: $input) {{
            ... on StartProcessInstanceSuccess {{ processInstance {{ {instance_fields(caller)} }} }} }} }}""",
        input={"processModelKey": "desk", "correlationId": case},
    )
    assert_nested_lists(response, await stage.snapshot(case), caller)
    event = (await stage.snapshot(case)).events[0]
    await stage.trigger_or_finish(event)
    response = await client.graphql(
        f"""mutation($input: TerminateProcessInstanceInput!) {{ terminateProcessInstance(input: $input) {{
            ... on TerminateProcessInstanceSuccess {{ processInstance {{ {instance_fields(caller)} }} }} }} }}""",
        input={"processInstanceId": event.process_instance_id},
    )
    assert_nested_lists(response, await stage.snapshot(case), caller)


async def replaying(stage: Stage, client: RecordingClient, caller: Caller) -> None:
    """Repeat requests of an earlier token. The replayed response lacks the lanes that the new token lacks."""
    case = await stage.start_case()
    before = await stage.snapshot(case)
    event = next(each for each in before.events if each.element_id == "pay")
    task = next(each for each in before.tasks if each.element_id == "approve")
    path_prefix = f"/process_models/desk/correlations/{case}"
    paths = (
        f"{path_prefix}/events/{event.id}/trigger",
        f"{path_prefix}/user_tasks/{task.id}/finish",
        f"/signals/alarm/trigger?correlation_id={case}",
    )
    admin = client.with_token_of(ADMIN)
    for path in paths:
        key = {"Idempotency-Key": f"{case} {path}"}
        first = [*_items_in_lanes(await admin.post(path, PAYLOAD, **key))]
        again = await client.post(path, PAYLOAD, **key)
        if not caller.may(Permission.EVENTS_TRIGGER):
            assert again["code"] == "FORBIDDEN"
            continue
        assert again["replayed"]
        assert [*_items_in_lanes(again)] == [each for each in first if caller.sees_lane(each["lane"])]


def _items_in_lanes(response: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the items of lanes in a response, without those that the request names."""
    for name in ("nextWaitingEvents", "nextOpenTasks", "triggers"):
        yield from response.get(name, ())


CHECKS = (
    triggering,
    triggering_many,
    triggering_by_plain_http,
    finishing,
    throwing,
    finishing_by_plain_http,
    sending_by_name,
    sending_by_plain_http,
    starting_and_terminating,
    replaying,
)
