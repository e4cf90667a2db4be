"""What is outside a caller's lanes answers like what does not exist, however the caller addresses it.

Each request is sent for something that exists in a lane that the token does not include, and for something that does
not exist. The responses are equal, apart from the id or name that the request itself contains.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
import pytest
import pytest_asyncio

from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.commands.terminate_instance import TerminateInstance
from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.domain.events import EventTrigger, WaitingEvent
from bpmn_events.domain.ids import WAITING_EVENT, new_id
from bpmn_events.domain.principal import SYSTEM, Permission
from bpmn_events.domain.tasks import OpenTask
from tests.api.access.callers import ALL, Caller, LaneItem, Snapshot
from tests.api.access.requests import Request, Target, finishes, lists, reads, sends, triggers
from tests.api.access.write_checks import Stage
from tests.api.gql.models import ORDER

LANES = {"Finance", "Warehouse", "Boss"}
MODELS = ("desk", "order")
TRIGGERING = frozenset({Permission.EVENTS_READ.value, Permission.EVENTS_TRIGGER.value})
WITHOUT_MODELS = Caller(TRIGGERING, frozenset())
CALLERS = {
    "no lane": Caller(ALL, frozenset()),
    "another lane": Caller(ALL, frozenset({"unassigned"})),
    "no lane and no models": WITHOUT_MODELS,
}
_names = count()


@dataclass(frozen=True)
class Hidden:
    """Correlations with instances of the same models.

    Attributes:
        waiting: The correlation in which events wait and tasks are open.
        over: The correlation in which the events were triggered and the tasks finished.
        cancelled: The correlation in which the instances were terminated.
        never: The correlation in which the models were never started.
        items: An item of each kind: a waiting, a triggered and a cancelled event, a trigger, and tasks.
    """

    waiting: str
    over: str
    cancelled: str
    never: str
    items: tuple[LaneItem, ...]

    @property
    def cases(self) -> tuple[str, ...]:
        return self.waiting, self.over, self.cancelled, self.never


@pytest_asyncio.fixture
async def hidden(stage: Stage) -> Hidden:
    await stage.services.deploy_model(SYSTEM, DeployModel(ORDER))
    waiting, over, cancelled, never = [await stage.start_case(0) for _ in range(4)]
    for case in (waiting, over, cancelled):
        for key in MODELS:
            await stage.services.start_instance(SYSTEM, StartInstance(key, case))
    await stage.services.start_instance(SYSTEM, StartInstance("by_message", never))
    first = [await stage.snapshot(case) for case in (waiting, over, cancelled)]
    for event in first[1].events:
        if event.element_id != "remind":  # it keeps the instances running
            await _trigger(stage, event)
    for task in first[1].tasks:
        await stage.trigger_or_finish(task)
    for instance_id in {event.process_instance_id for event in first[2].events}:
        await stage.services.terminate_instance(SYSTEM, TerminateInstance(instance_id))
    done = await stage.snapshot(over)
    return Hidden(waiting, over, cancelled, never, (*_one_of_each([*first, done]),))


async def _trigger(stage: Stage, event: WaitingEvent) -> None:
    command = TriggerEvent(event.process_model_key, event.correlation_id, event.id, {"amount": 1})
    await stage.services.trigger_event(SYSTEM, command)


def _one_of_each(snapshots: Iterable[Snapshot]) -> Iterable[LaneItem]:
    """Return one item of each kind in each snapshot, among those that are in lanes."""
    items: dict[Any, LaneItem] = {}
    for number, snapshot in enumerate(snapshots):
        items.update({(type(item), number): item for item in snapshot.items if item.lane is not None})
    return items.values()


async def _answer(http: httpx.AsyncClient, caller: Caller, request: Request, *addressed: str) -> Any:
    status, headers, text = await request.send(http, caller)
    for each in addressed:
        text = text.replace(each, "<addressed>")
    kept = {name: value for name, value in headers.items() if name not in ("content-length", "x-request-id")}
    return status, kept, text


@pytest.mark.parametrize("caller", CALLERS.values(), ids=CALLERS.keys())
async def test_by_id(stage: Stage, stage_http: httpx.AsyncClient, hidden: Hidden, caller: Caller) -> None:
    """An event that waits, was triggered or cancelled, a trigger, a task that is open or finished: all are unknown."""
    before = await stage.snapshot(hidden.waiting)
    assert {type(item) for item in hidden.items} == {WaitingEvent, EventTrigger, OpenTask}
    for item in hidden.items:
        unknown = new_id(item.id[:3])
        for request, same in zip(_all_by_id(item, item.id), _all_by_id(item, unknown), strict=True):
            answer = await _answer(stage_http, caller, request, item.id)
            assert answer == await _answer(stage_http, caller, same, unknown)
            assert "lane:" not in answer[2]
    assert await stage.snapshot(hidden.waiting) == before


def _all_by_id(item: LaneItem, identifier: str) -> list[Request]:
    target = Target(item.process_model_key, item.correlation_id, identifier, f"k{next(_names)}")
    return [*reads(identifier), *triggers(target), *finishes(target)]


@pytest.mark.parametrize("caller", CALLERS.values(), ids=CALLERS.keys())
async def test_by_element(stage: Stage, stage_http: httpx.AsyncClient, hidden: Hidden, caller: Caller) -> None:
    """It makes no difference whether something waits at the element, was triggered or cancelled there, or never was."""
    before = await stage.snapshot(hidden.waiting)
    elements = {(item.process_model_key, item.element_id) for item in before.items if item.lane in LANES}
    assert {element for _, element in elements} == {"approve", "pack", "pay", "alarm", "ring", "ship"}
    for key, element in sorted(elements):
        requests = [_all_by_element(key, case, element) for case in hidden.cases]
        for same in zip(*requests, strict=True):
            answers = [
                await _answer(stage_http, caller, request, case)
                for request, case in zip(same, hidden.cases, strict=True)
            ]
            assert answers[1:] == answers[:-1], same[0]
    assert await stage.snapshot(hidden.waiting) == before


def _all_by_element(key: str, case: str, element: str) -> list[Request]:
    target = Target(key, case, element, f"k{next(_names)}")
    return [*triggers(target), *finishes(target), *lists(case, element)]


async def test_only_a_reader_of_models_is_told_the_lane_of_an_element(
    stage_http: httpx.AsyncClient, hidden: Hidden
) -> None:
    """The lane is part of the model. To other callers, the element is like one that does not exist."""
    for element, all_requests in (("pay", triggers), ("approve", finishes)):
        for request, same in zip(
            all_requests(Target("desk", hidden.waiting, element, "a")),
            all_requests(Target("desk", hidden.waiting, "nowhere", "b")),
            strict=True,
        ):
            assert await _answer(stage_http, WITHOUT_MODELS, request, element) == await _answer(
                stage_http, WITHOUT_MODELS, same, "nowhere"
            )
        told = [
            (await request.send(stage_http, CALLERS["no lane"]))[2]
            for request in all_requests(Target("desk", hidden.never, element, "c"))
        ]
        assert any("lane:Finance" in text for text in told)
        assert not any("waits" in text for text in told if "lane:Finance" in text)


@pytest.mark.parametrize("caller", CALLERS.values(), ids=CALLERS.keys())
@pytest.mark.parametrize(
    ("kind", "names"), [("message", ("pay", "payment", "shipment")), ("signal", ("alarm",))], ids=["message", "signal"]
)
async def test_by_name(
    stage: Stage, stage_http: httpx.AsyncClient, hidden: Hidden, caller: Caller, kind: str, names: tuple[str, ...]
) -> None:
    """A message or signal that only events in other lanes wait for has no receivers."""
    before = await stage.snapshot(hidden.waiting)
    for name in names:
        for request, same in zip(
            sends(kind, name, hidden.waiting), sends(kind, "nothing", hidden.waiting), strict=True
        ):
            assert await _answer(stage_http, caller, request, name) == await _answer(
                stage_http, caller, same, "nothing"
            )
    assert await stage.snapshot(hidden.waiting) == before


async def test_a_used_key_tells_nothing_about_the_event_of_another_request(
    stage: Stage, stage_http: httpx.AsyncClient, hidden: Hidden
) -> None:
    caller, by_key = CALLERS["no lane"], slice(3, 5)
    event = next(each for each in (await stage.snapshot(hidden.waiting)).events if each.element_id == "remind")
    used = Target(event.process_model_key, hidden.waiting, event.id, "used")
    answers = [(await request.send(stage_http, caller))[2] for request in [*triggers(used)][by_key]]
    assert ['"replayed":true' in text for text in answers] == [False, True]
    existing = next(item for item in hidden.items if isinstance(item, WaitingEvent))
    for other in (existing.id, new_id(WAITING_EVENT)):
        for request in [*triggers(Target(existing.process_model_key, hidden.waiting, other, "used"))][by_key]:
            assert "ConflictError" in (await request.send(stage_http, caller))[2]
