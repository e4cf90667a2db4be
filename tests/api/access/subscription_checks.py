"""Checks that compare the payloads of each subscription with the access rule, and with the lists before and after."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.commands.terminate_instance import TerminateInstance
from bpmn_events.application.commands.throw_error import ThrowError
from bpmn_events.application.commands.trigger_signal import TriggerSignal
from bpmn_events.domain.principal import SYSTEM, Permission, Principal
from bpmn_events.domain.tasks import BpmnError
from tests.api.access.callers import ADMIN, Caller, Snapshot
from tests.api.access.client import Coverage, objects, with_typenames
from tests.api.access.write_checks import Stage
from tests.api.payload_streams import PayloadStreams, Received
from tests.support.polling import poll_until

# A caller without any lane has the same queries open, so that it could receive what is meant for another.
LANELESS = Caller(ADMIN.permissions, frozenset())
_ERROR = "... on ForbiddenError { requiredPermission } ... on Error { code }"
_LIST = "(first: 100) { nodes { id } }"
# What a change is about, with lists that may have items of all lanes.
_RELATED = f"""id processModel {{ id waitingEvents{_LIST} }} correlation {{ id waitingEvents{_LIST} }}
    processInstance {{ id waitingEvents{_LIST} triggers{_LIST} openTasks{_LIST} }}"""
_FORBIDDEN = {"__typename": "ForbiddenError", "requiredPermission": "events:read", "code": "FORBIDDEN"}


@dataclass(frozen=True)
class Kind:
    """A list, and the subscription to its changes."""

    connection: str
    list_field: str
    changes_field: str
    parameters: str
    arguments: str
    selection: str

    @property
    def list_query(self) -> str:
        return f"""query({self.parameters}) {{ {self.list_field}(first: 500, {self.arguments}) {{
            ... on {self.connection} {{ changesCursor nodes {{ id }} }} {_ERROR} }} }}"""

    @property
    def subscription(self) -> str:
        return f"""subscription({self.parameters}, $after: String) {{
            {self.changes_field}({self.arguments}, after: $after) {{ {self.selection} {_ERROR} }} }}"""


EVENTS = Kind(
    "WaitingEventConnection",
    "waitingEvents",
    "waitingEventChanges",
    "$filter: WaitingEventFilter",
    "filter: $filter",
    f"""... on WaitingEventAdded {{ cursor event {{ viewerCanTrigger lane {_RELATED} }} }}
        ... on WaitingEventRemoved {{ cursor eventId reason trigger {{ {_RELATED} }} }}""",
)
_PLACE = "$processModelKey: ID, $correlationId: ID", "processModelKey: $processModelKey, correlationId: $correlationId"
TRIGGERS = Kind(
    "EventTriggerConnection",
    "eventTriggers",
    "eventTriggerChanges",
    *_PLACE,
    f"... on EventTriggerAdded {{ cursor trigger {{ {_RELATED} }} }}",
)
TASKS = Kind(
    "OpenTaskConnection",
    "openTasks",
    "openTaskChanges",
    *_PLACE,
    f"""... on OpenTaskAdded {{ cursor task {{ viewerCanFinish lane {_RELATED} }} }}
        ... on OpenTaskRemoved {{ cursor taskId }}""",
)


@dataclass(frozen=True)
class View:
    """The list of a caller, and a subscription that begins after it."""

    kind: Kind
    caller: Caller
    variables: Mapping[str, Any]
    listed: dict[str, Any]
    received: Received

    @property
    def changes(self) -> list[dict[str, Any]]:
        return self.received.changes

    @property
    def names(self) -> list[tuple[str, str]]:
        """The changes by their types and ids."""
        return [_name(change) for change in self.changes]

    def fold(self) -> set[str]:
        """Return the ids in the list after the changes. Each change must change something."""
        ids = {node["id"] for node in self.listed["nodes"]}
        for typename, item_id in self.names:
            assert (item_id in ids) is typename.endswith("Removed")
            ids ^= {item_id}
        return ids


def _name(change: Mapping[str, Any]) -> tuple[str, str]:
    items = (change.get(name) for name in ("event", "task", "trigger"))
    item_id = change.get("eventId") or change.get("taskId") or next(item["id"] for item in items if item)
    return change["__typename"], item_id


class Scene:
    """A correlation in which something happens in every lane, and subscriptions to it."""

    def __init__(self, stage: Stage, streams: PayloadStreams, coverage: Coverage, case: str) -> None:
        self._stage = stage
        self._streams = streams
        self._coverage = coverage
        self._case = case
        self._lanes: dict[str, str | None] = {}

    async def listed(self, kind: Kind, caller: Caller, variables: Mapping[str, Any]) -> dict[str, Any]:
        data = await self._streams.query(_principal(caller), with_typenames(kind.list_query), **variables)
        self._coverage.record(data)
        listed: dict[str, Any] = data[kind.list_field]
        return listed

    async def view(self, kind: Kind, caller: Caller, variables: Mapping[str, Any], after: str | None = None) -> View:
        """Subscribe after the cursor; without one, after the list. Callers that may not list subscribe all the same."""
        listed = await self.listed(kind, caller, variables)
        query = with_typenames(kind.subscription)
        after = after or listed.get("changesCursor")
        received = await self._streams.start(_principal(caller), query, **variables, after=after)
        return View(kind, caller, variables, listed, received)

    async def play(self) -> None:
        """Change the events and tasks of all lanes, in every way. The last changes are outside any lane."""
        services, address = self._stage.services, ("desk", self._case)
        await self._note_lanes()
        before = await self._stage.snapshot(self._case)
        events = {event.element_id: event for event in before.events}
        tasks = {task.element_id: task for task in before.tasks}
        await self._stage.trigger_or_finish(events["pay"])
        await self._stage.trigger_or_finish(tasks["approve"])
        await services.trigger_signal(SYSTEM, TriggerSignal("alarm", correlation_id=self._case))  # in two lanes
        await services.throw_error(SYSTEM, ThrowError(*address, tasks["pack"].id, BpmnError("E")))
        await self._note_lanes()
        second = await services.start_instance(SYSTEM, StartInstance(*address))
        await self._note_lanes()
        await services.terminate_instance(SYSTEM, TerminateInstance(second.process_instance.id))
        await self._stage.trigger_or_finish(tasks["file"])
        await self._stage.trigger_or_finish(events["remind"])
        await self._note_lanes()

    async def _note_lanes(self) -> None:
        self._lanes |= {item.id: item.lane for item in (await Snapshot.of(self._stage.services)).items}

    def visible(self, names: Iterable[tuple[str, str]], caller: Caller) -> list[tuple[str, str]]:
        return [name for name in names if caller.sees_lane(self._lanes[name[1]])]

    async def assert_exactly_the_visible_changes(self, view: View, of_admin: View) -> None:
        """Assert that a caller receives its part of what a caller with all lanes receives, in the same order."""
        if not view.caller.may(Permission.EVENTS_READ):
            assert (view.changes, view.listed) == ([_FORBIDDEN], _FORBIDDEN)
            return
        expected = self.visible(of_admin.names, view.caller)
        await poll_until(lambda: view.names[-1:] == expected[-1:])
        assert view.names == expected
        assert view.fold() == {
            node["id"] for node in (await self.listed(view.kind, view.caller, view.variables))["nodes"]
        }
        for item in objects(view.changes, "WaitingEvent", "EventTrigger", "OpenTask"):
            assert view.caller.sees_lane(self._lanes[item["id"]])
            for allowed in item.keys() & {"viewerCanTrigger", "viewerCanFinish"}:
                assert item[allowed] is view.caller.may(Permission.EVENTS_TRIGGER)


async def _compare(stage: Stage, streams: PayloadStreams, coverage: Coverage, caller: Caller, *queries: Any) -> None:
    """Subscribe as three callers with each query, let something happen, and compare the changes that they received."""
    case = await stage.start_case()
    scene = Scene(stage, streams, coverage, case)
    async with AsyncExitStack() as stack:

        async def view(*arguments: Any) -> View:
            opened = await scene.view(*arguments)
            stack.callback(opened.received.stream.close)
            return opened

        asked = [(kind, variables(case)) for kind, variables in queries]
        views = [[await view(kind, each, variables) for each in (ADMIN, caller, LANELESS)] for kind, variables in asked]
        await scene.play()
        for (kind, variables), same in zip(asked, views, strict=True):
            all_ids = {node["id"] for node in (await scene.listed(kind, ADMIN, variables))["nodes"]}
            await poll_until(lambda of_admin=same[0], all_ids=all_ids: of_admin.fold() == all_ids)  # type: ignore[misc]
            for each in same:
                await scene.assert_exactly_the_visible_changes(each, same[0])
            # A cursor is no permission: a caller that received it from another one sees its own lanes after it.
            middle = len(same[0].changes) // 2
            resumed = await view(kind, caller, variables, same[0].changes[middle]["cursor"])
            if caller.may(Permission.EVENTS_READ):
                assert resumed.names == scene.visible(same[0].names[middle + 1 :], caller)
            else:
                assert resumed.changes == [_FORBIDDEN]
            coverage.record({"__typename": "Subscription", kind.changes_field: same[0].changes})


def _principal(caller: Caller) -> Principal:
    return Principal("ada", frozenset(map(Permission, caller.permissions)), caller.lanes)


def _filter(**filter: Any) -> Callable[[str], dict[str, Any]]:
    return lambda case: {"filter": {"correlationIds": [case], **filter}}


def _place(**place: Any) -> Callable[[str], dict[str, Any]]:
    return lambda case: {"correlationId": case, **place}


async def waiting_events(stage: Stage, streams: PayloadStreams, coverage: Coverage, caller: Caller) -> None:
    await _compare(
        *(stage, streams, coverage, caller),
        (EVENTS, lambda _: {}),
        (EVENTS, _filter()),
        (EVENTS, _filter(lanes=["Boss", "Finance"], search="r")),
    )


async def event_triggers(stage: Stage, streams: PayloadStreams, coverage: Coverage, caller: Caller) -> None:
    await _compare(
        *(stage, streams, coverage, caller),
        (TRIGGERS, lambda _: {"processModelKey": "desk"}),
        (TRIGGERS, _place()),
    )


async def open_tasks(stage: Stage, streams: PayloadStreams, coverage: Coverage, caller: Caller) -> None:
    await _compare(
        *(stage, streams, coverage, caller),
        (TASKS, lambda _: {}),
        (TASKS, _place(processModelKey="desk")),
    )


async def unknown_targets(stage: Stage, streams: PayloadStreams, coverage: Coverage, caller: Caller) -> None:
    """Answer to targets that do not exist as the list does."""
    case = await stage.start_case()
    scene = Scene(stage, streams, coverage, case)
    for filter in (
        {"processModelKeys": ["desk", "nothing"]},
        {"correlationIds": ["nowhere"]},
        {"correlationIds": [case], "processModelKeys": ["nothing"]},
    ):
        view = await scene.view(EVENTS, caller, {"filter": filter}, None)
        assert view.changes == [view.listed]
        assert view.listed["__typename"].endswith("Error")
        assert view.received.sink.is_complete


CHECKS = (waiting_events, event_triggers, open_tasks, unknown_targets)
