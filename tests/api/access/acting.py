"""Everything that can be done, each as a comparison of its answer with the access rule, in a new case each time."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.application.commands.end_task import FINISHED_BY_PEOPLE, FINISHED_BY_PROGRAMS
from bpmn_events.application.commands.finish_task import FinishTask
from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.application.services import Services
from bpmn_events.domain.events import EventTrigger, WaitingEvent
from bpmn_events.domain.principal import SYSTEM, Permission
from bpmn_events.domain.tasks import OpenTask, TaskType
from tests.api.access.asking import Asking, objects
from tests.api.access.comparing import instance_of, same, same_below, same_next
from tests.api.access.facts import EVERYBODY, Facts, ListQuery, ids
from tests.api.access.models import BY_MESSAGE, BY_SIGNAL, DESK
from tests.api.access.reading import PREFIXES

PAYLOAD = {"amount": 1}
_cases = count()


@dataclass(frozen=True)
class Stage:
    """A database to act on. ``services`` are those of another process: what they read is what was committed."""

    services: Services

    async def prepare(self) -> None:
        for xml in (DESK, BY_MESSAGE, BY_SIGNAL):
            await self.services.deploy_model(SYSTEM, DeployModel(xml))

    async def begin(self, desks: int = 1) -> str:
        """A new case, in which so many desks wait."""
        case = f"case-{next(_cases)}"
        for _ in range(desks):
            await self.services.start_instance(SYSTEM, StartInstance("desk", case))
        return case

    async def facts(self, case: str) -> Facts:
        return await Facts.of(self.services, case)

    async def records_of(self, event: WaitingEvent) -> list[EventTrigger]:
        """Who was first, if somebody was."""
        return [each for each in (await self.facts(event.correlation_id)).triggers if each.event_id == event.id]

    async def take_away(self, found: WaitingEvent | OpenTask) -> None:
        """Somebody else is first."""
        place = found.process_model_key, found.correlation_id, found.id
        if isinstance(found, WaitingEvent):
            await self.services.trigger_event(SYSTEM, TriggerEvent(*place))
        else:
            await self.services.finish_task(SYSTEM, FinishTask(*place, frozenset(TaskType)))


def _event(event_id: str, case: str, **more: Any) -> dict[str, Any]:
    return {"processModelKey": "desk", "correlationId": case, "eventId": event_id, "payload": PAYLOAD, **more}


def _event_result(reader: ListQuery) -> str:
    return f"""... on TriggerEventSuccess {{
            trigger {{ id }} processInstance {{ {instance_of(reader)} }} nextWaitingEvents {{ id }} replayed }}
        ... on EventAmbiguousError {{ candidates {{ id }} }}
        ... on EventNotFoundError {{ trigger {{ id }} }}"""


def _trigger(reader: ListQuery) -> str:
    return f"mutation($input: TriggerEventInput!) {{ triggerEvent(input: $input) {{ {_event_result(reader)} }} }}"


async def triggering(stage: Stage, asking: Asking, reader: ListQuery) -> None:
    """On a dry run, in earnest, and too late."""
    case, query = await stage.begin(), _trigger(reader)
    for event in (await stage.facts(case)).events:
        for dry_run in (True, False):
            answer = (await asking.graphql(query, input=_event(event.id, case, dryRun=dry_run)))["triggerEvent"]
            facts = await stage.facts(case)
            assert (answer["__typename"] == "TriggerEventSuccess") is reader.triggers(event)
            same_below(answer, facts, reader)
            if not reader.triggers(event):
                assert answer == {"__typename": "ForbiddenError"}
            elif dry_run:
                _same_known(answer, facts, event, reader)
            else:
                same_next(answer, facts, reader)
                same([answer["trigger"]], [each for each in facts.triggers if each.event_id == event.id])
        if not await stage.records_of(event):
            await stage.take_away(event)
        late = (await asking.graphql(query, input=_event(event.id, case)))["triggerEvent"]
        same(objects(late, "EventTrigger"), filter(reader.triggers, await stage.records_of(event)))


def _same_known(answer: dict[str, Any], facts: Facts, event: WaitingEvent, reader: ListQuery) -> None:
    """A dry run tells of events that do not exist yet; of those that do, all in the caller's lanes are left."""
    known = {each.id for each in facts.events}
    shown = [each for each in answer["nextWaitingEvents"] if each["id"] in known]
    same(shown, (each for each in facts.events if each.id != event.id and reader.is_in(each.lane)))


async def triggering_several(stage: Stage, asking: Asking, reader: ListQuery) -> None:
    """At once: each by itself, one by its element where two wait, one too late."""
    case = await stage.begin(2)
    before = await stage.facts(case)
    by_element = await asking.graphql(_trigger(reader), input=_event("ring", case))
    ring = [event for event in before.events if event.element_id == "ring"]
    same(objects(by_element, "WaitingEvent"), filter(reader.triggers, ring))
    gone = next(event for event in before.events if event.element_id == "remind")
    await stage.take_away(gone)
    wanted = [event for event in before.events if event is not gone]
    inputs = [_event(each, case) for each in ("pay", *(event.id for event in wanted), gone.id)]
    results = f"results {{ {_event_result(reader)} }}"
    answer = await asking.graphql(
        f"mutation($inputs: [TriggerEventInput!]!) {{ triggerEvents(inputs: $inputs) {{ {results} }} }}", inputs=inputs
    )
    facts = await stage.facts(case)
    same_below(answer, facts, reader)
    at_element, *each_result, too_late = answer["triggerEvents"]["results"]
    pay = [event for event in wanted if event.element_id == "pay"]
    same(objects(at_element, "WaitingEvent"), filter(reader.triggers, pay))
    for event, result in zip(wanted, each_result, strict=True):
        assert (result["__typename"] == "TriggerEventSuccess") is reader.triggers(event)
        lanes = {each.id: each.lane for each in (*before.events, *facts.events)}
        assert all(
            reader.is_in(lanes[shown["id"]]) for shown in objects(result, "WaitingEvent") if shown["id"] in lanes
        )
    same(objects(too_late, "EventTrigger"), filter(reader.triggers, await stage.records_of(gone)))


async def triggering_by_plain_http(stage: Stage, asking: Asking, reader: ListQuery) -> None:
    for prefix in PREFIXES:
        case = await stage.begin()
        path = f"{prefix}/process_models/desk/correlations/{case}/events"
        for event in (await stage.facts(case)).events:
            for query in ("?dry_run=true", ""):
                answer = await asking.post(f"{path}/{event.id}/trigger{query}", PAYLOAD)
                facts = await stage.facts(case)
                assert ("nextWaitingEvents" in answer) is reader.triggers(event)
                if "nextWaitingEvents" in answer and query:
                    _same_known(answer, facts, event, reader)
                elif "nextWaitingEvents" in answer:
                    same_next(answer, facts, reader)
            if not await stage.records_of(event):
                await stage.take_away(event)
            late = await asking.post(f"{path}/{event.id}/trigger", PAYLOAD)
            shown = [late["trigger"]] if late.get("trigger") else []
            same(shown, filter(reader.triggers, await stage.records_of(event)))
        twice = await stage.begin(2)
        answer = await asking.post(f"{prefix}/process_models/desk/correlations/{twice}/events/pay/trigger", PAYLOAD)
        waiting = [event for event in (await stage.facts(twice)).events if event.element_id == "pay"]
        same(answer.get("candidates", ()), filter(reader.triggers, waiting))


async def finishing(stage: Stage, asking: Asking, reader: ListQuery) -> None:
    """Tasks of people and of programs; and one by its element where two are open."""
    case, twice = await stage.begin(), await stage.begin(2)
    for task in (await stage.facts(case)).tasks:
        mutation, argument = _finisher(task)
        await _end_task(stage, asking, reader, (task, case, twice), mutation, {argument: None, "result": PAYLOAD})


async def throwing(stage: Stage, asking: Asking, reader: ListQuery) -> None:
    """The same with a BPMN error in place of a result."""
    case, twice = await stage.begin(), await stage.begin(2)
    for task in (await stage.facts(case)).tasks:
        if task.task_type in FINISHED_BY_PROGRAMS:
            given = {"externalTaskId": None, "errorCode": "E", "variables": PAYLOAD}
            await _end_task(stage, asking, reader, (task, case, twice), "throwBpmnError", given)


def _finisher(task: OpenTask) -> tuple[str, str]:
    by_people = task.task_type in FINISHED_BY_PEOPLE
    return ("finishUserTask", "userTaskId") if by_people else ("finishExternalTask", "externalTaskId")


async def _end_task(
    stage: Stage,
    asking: Asking,
    reader: ListQuery,
    where: tuple[OpenTask, str, str],
    mutation: str,
    given: dict[str, Any],
) -> None:
    """In the first case by its id, in the other by its element, at which two are open. None stands for either."""
    task, case, twice = where
    query = f"""mutation($input: {mutation[0].upper()}{mutation[1:]}Input!) {{ {mutation}(input: $input) {{
        ... on FinishTaskSuccess {{ task {{ id }} processInstance {{ {instance_of(reader)} }}
            nextWaitingEvents {{ id }} nextOpenTasks {{ id }} }}
        ... on TaskAmbiguousError {{ candidates {{ id }} }} }} }}"""

    async def ask(correlation_id: str, task_id: str) -> dict[str, Any]:
        place = {"processModelKey": "desk", "correlationId": correlation_id}
        named = {name: task_id if value is None else value for name, value in given.items()}
        answer: dict[str, Any] = (await asking.graphql(query, input={**place, **named}))[mutation]
        return answer

    answer = await ask(case, task.id)
    facts = await stage.facts(case)
    same_below(answer, facts, reader)
    assert (answer["__typename"] == "FinishTaskSuccess") is reader.triggers(task)
    if reader.triggers(task):
        same_next(answer, facts, reader)
        same([answer["task"]], [task])
    open_there = [each for each in (await stage.facts(twice)).tasks if each.element_id == task.element_id]
    same(objects(await ask(twice, task.element_id), "OpenTask"), filter(reader.triggers, open_there))


async def finishing_by_plain_http(stage: Stage, asking: Asking, reader: ListQuery) -> None:
    for prefix in PREFIXES:
        for word, verb, body in (
            ("user_tasks", "finish", PAYLOAD),
            ("external_tasks", "finish", PAYLOAD),
            ("external_tasks", "bpmn_error", {"errorCode": "E"}),
        ):
            kinds = FINISHED_BY_PROGRAMS if word == "external_tasks" else FINISHED_BY_PEOPLE
            case, twice = await stage.begin(), await stage.begin(2)
            path = f"{prefix}/process_models/desk/correlations/%s/{word}/%s/{verb}"
            for task in [each for each in (await stage.facts(case)).tasks if each.task_type in kinds]:
                answer = await asking.post(path % (case, task.id), body)
                assert ("nextOpenTasks" in answer) is reader.triggers(task)
                if reader.triggers(task):
                    same_next(answer, await stage.facts(case), reader)
                    same([answer["task"]], [task])
                open_there = [each for each in (await stage.facts(twice)).tasks if each.element_id == task.element_id]
                ambiguous = await asking.post(path % (twice, task.element_id), body)
                same(ambiguous.get("candidates", ()), filter(reader.triggers, open_there))


async def sending_by_name(stage: Stage, asking: Asking, reader: ListQuery) -> None:
    """Only what is in the caller's lanes is reached, and only that is told of."""
    case = await stage.begin()
    for word, name, start_lane in (
        ("message", "pay", None),
        ("signal", "alarm", None),
        ("message", "new", "Finance"),
        ("signal", "opened", "Warehouse"),
    ):
        wanted = [each for each in (await stage.facts(case)).events if each.event_name == name]
        mutation = f"trigger{word.capitalize()}"
        answer = await asking.graphql(
            f"""mutation($input: TriggerByNameInput!) {{ {mutation}(input: $input) {{ ... on TriggerByNameSuccess {{
                triggers {{ id }} startedProcessInstances {{ {instance_of(reader)} }} }} }} }}""",
            input={"name": name, "correlationId": case, "payload": PAYLOAD},
        )
        facts = await stage.facts(case)
        same_below(answer, facts, reader)
        reached = {each.id for each in wanted} - {each.id for each in facts.events}
        assert reached == {*ids(filter(reader.triggers, wanted))}
        same(objects(answer, "EventTrigger"), [each for each in facts.triggers if each.event_id in reached])
        may_start = reader.may(Permission.EVENTS_TRIGGER) and reader.may(Permission.PROCESSES_START)
        starts = start_lane is not None and may_start and reader.is_in(start_lane)
        assert len([*objects(answer[mutation].get("startedProcessInstances"), "ProcessInstance")]) == starts


async def sending_by_plain_http(stage: Stage, asking: Asking, reader: ListQuery) -> None:
    for prefix in PREFIXES:
        case = await stage.begin()
        for word, name in (("message", "pay"), ("signal", "alarm")):
            wanted = [each for each in (await stage.facts(case)).events if each.event_name == name]
            answer = await asking.post(f"{prefix}/{word}s/{name}/trigger?correlation_id={case}", PAYLOAD)
            facts = await stage.facts(case)
            reached = {each.id for each in wanted} - {each.id for each in facts.events}
            assert reached == {*ids(filter(reader.triggers, wanted))}
            same(answer.get("triggers", ()), [each for each in facts.triggers if each.event_id in reached])


async def starting_and_terminating(stage: Stage, asking: Asking, reader: ListQuery) -> None:
    case = await stage.begin()
    answer = await asking.graphql(
        f"""mutation($input: StartProcessInstanceInput!) {{ startProcessInstance(input: $input) {{
            ... on StartProcessInstanceSuccess {{ processInstance {{ {instance_of(reader)} }} }} }} }}""",
        input={"processModelKey": "desk", "correlationId": case},
    )
    same_below(answer, await stage.facts(case), reader)
    event = (await stage.facts(case)).events[0]
    await stage.take_away(event)
    answer = await asking.graphql(
        f"""mutation($input: TerminateProcessInstanceInput!) {{ terminateProcessInstance(input: $input) {{
            ... on TerminateProcessInstanceSuccess {{ processInstance {{ {instance_of(reader)} }} }} }} }}""",
        input={"processInstanceId": event.process_instance_id},
    )
    same_below(answer, await stage.facts(case), reader)


async def repeating(stage: Stage, asking: Asking, reader: ListQuery) -> None:
    """A stored answer is given to the same subject, whose token may include fewer lanes by now."""
    case = await stage.begin()
    before = await stage.facts(case)
    event = next(each for each in before.events if each.element_id == "pay")
    task = next(each for each in before.tasks if each.element_id == "approve")
    place = f"/process_models/desk/correlations/{case}"
    paths = (
        f"{place}/events/{event.id}/trigger",
        f"{place}/user_tasks/{task.id}/finish",
        f"/signals/alarm/trigger?correlation_id={case}",
    )
    wide = asking.as_(EVERYBODY)
    for path in paths:
        key = {"Idempotency-Key": f"{case} {path}"}
        first = [*_shown(await wide.post(path, PAYLOAD, **key))]
        again = await asking.post(path, PAYLOAD, **key)
        if not reader.may(Permission.EVENTS_TRIGGER):
            assert again["code"] == "FORBIDDEN"
            continue
        assert again["replayed"]
        assert [*_shown(again)] == [each for each in first if reader.is_in(each["lane"])]


def _shown(answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Everything in lanes that the caller has not named itself."""
    for name in ("nextWaitingEvents", "nextOpenTasks", "triggers"):
        yield from answer.get(name, ())


CHECKS = (
    triggering,
    triggering_several,
    triggering_by_plain_http,
    finishing,
    throwing,
    finishing_by_plain_http,
    sending_by_name,
    sending_by_plain_http,
    starting_and_terminating,
    repeating,
)
