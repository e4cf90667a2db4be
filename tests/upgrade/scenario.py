"""How a database comes to hold processes that wait at every kind of place, and whatever else a running server leaves.

The clock begins at 11:00 and ends at 14:00, with timers that fell due meanwhile and nobody fired. Its day is one that
has passed wherever a test runs: what is made there later has later ids.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.application.commands.end_task import FINISHED_BY_PEOPLE, FINISHED_BY_PROGRAMS
from bpmn_events.application.commands.finish_task import FinishTask
from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.commands.terminate_instance import TerminateInstance
from bpmn_events.application.commands.throw_error import ThrowError
from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.application.commands.trigger_message import TriggerMessage
from bpmn_events.application.commands.trigger_signal import TriggerSignal
from bpmn_events.domain.events import TriggerSource
from bpmn_events.domain.principal import SYSTEM
from bpmn_events.domain.tasks import BpmnError
from tests.delivery.world import ADA, World, somebody
from tests.upgrade.facts import Fact, answer_fact
from tests.upgrade.models import MODELS, NEXT_ORDER

BEGIN = datetime(2025, 3, 1, 11, tzinfo=UTC)
END = BEGIN + timedelta(hours=3)
KINDS = {"people": FINISHED_BY_PEOPLE, "programs": FINISHED_BY_PROGRAMS}


@dataclass
class Requests:
    """Makes requests under idempotency keys, and keeps them with their answers."""

    world: World
    made: list[Fact] = field(default_factory=list)

    async def make(self, operation: str, key: str, **details: Any) -> Fact:
        request = {"operation": operation, "key": key, **details}
        outcome = await repeat(self.world, request)
        answer = answer_fact(outcome)
        assert not outcome.replayed
        self.made.append({**request, "answer": answer})
        return answer


async def repeat(world: World, request: Fact) -> Any:
    """Make a request, be it for the first time or again."""
    services, key, payload = world.runtime.services, request["key"], request.get("payload")
    model, correlation = request.get("model"), request.get("correlation")
    match request["operation"]:
        case "start":
            return await services.start_instance(ADA, StartInstance(request["model"], correlation, None, payload, key))
        case "trigger":
            source = TriggerSource(request.get("source", "GRAPHQL"))
            place = request["model"], request["correlation"], request["element"]
            return await services.trigger_event(ADA, TriggerEvent(*place, payload, key, source=source))
        case "finish":
            place = request["model"], request["correlation"], request["element"]
            if "error" in request:
                return await services.throw_error(ADA, ThrowError(*place, BpmnError(*request["error"]), payload, key))
            return await services.finish_task(ADA, FinishTask(*place, KINDS[request["by"]], payload, key))
        case "message":
            message = TriggerMessage(request["name"], model, correlation, payload, key)
            return await services.trigger_message(ADA, message)
        case "signal":
            signal = TriggerSignal(request["name"], model, correlation, payload, key)
            return await services.trigger_signal(ADA, signal)
    raise AssertionError(request["operation"])


async def play(world: World) -> list[Fact]:
    """Fill an empty database. The requests that were made under idempotency keys, with their answers."""
    requests = Requests(world)
    await world.deploy(*MODELS)
    await _early_timers(world)
    await _put_off(world)
    await _signals(world, requests)
    await _messages(world, requests)
    await _events(world, requests)
    await _tasks(world, requests)
    await _loops_and_calls(world)
    await _ended(world, requests)
    await _versions(world, requests)
    world.clock.now = END - timedelta(minutes=10)
    await world.start("choice", "choice-2")
    world.clock.now = END
    return requests.made


async def _early_timers(world: World) -> None:
    """A timer that fired, one whose cycle goes on, and one whose process cannot go on."""
    await world.start("hour", "hour-1")
    await world.start("reminder", "reminder-1")
    await world.start("stuck", "stuck-1")
    world.clock.advance(hours=1)
    await world.fire()


async def _put_off(world: World) -> None:
    """A message whose receiver could not go on with it."""
    await world.start("brittle", "brittle-1")
    await world.start("payer", "brittle-1", order=1)
    await world.trigger("payer", "brittle-1", "go", amount=5)
    await world.runtime.outbox.deliver_due()


async def _signals(world: World, requests: Requests) -> None:
    """One signal that a process threw and two from outside, half delivered; and receivers that came later."""
    await world.start("brittle-listener", "listener-0")
    for number in range(1, 6):
        await world.start("listener", f"listener-{number}")
    for number in range(1, 8):
        await world.start("crowd", f"crowd-{number}")
    await world.start("siren", "siren-1")
    await world.trigger("siren", "siren-1", "go")
    world.reach_at_once(2)
    await world.runtime.outbox.deliver_due()
    await requests.make("signal", "signal-1", name="outside", payload={"why": "a test"})
    await world.signal("outside", by=somebody(lanes=["Sales", "Boss"]))
    world.clock.advance(minutes=1)
    await world.start("listener", "listener-late")
    await world.start("sales", "sales-1")


async def _messages(world: World, requests: Requests) -> None:
    """Some that were thrown and not yet delivered, and some from outside."""
    await world.start("shop", "payer-1")
    await world.start("payer", "payer-1", order=2)
    await world.trigger("payer", "payer-1", "go", amount=7)
    for number in (7, 8, 9):
        await world.start("keyed", f"keyed-{number}", number=number)
    await requests.make("message", "message-1", name="paid", model="keyed", payload={"order": 9})
    await world.start("late", "late-1", number=40)
    await world.start("late", "late-2", number=41)
    await requests.make("trigger", "trigger-keyed", model="late", correlation="late-2", element="go")


async def _events(world: World, requests: Requests) -> None:
    world.clock.now = END - timedelta(minutes=90)
    for number in (1, 2, 3):
        await world.start("review", f"review-{number}")
        await world.start("guarded", f"guarded-{number}")
    await requests.make(
        "trigger", "trigger-note", model="review", correlation="review-2", element="note", source="REST"
    )
    await world.trigger("guarded", "guarded-2", "startNote", text="élan ✓")
    await world.start("watch", "watch-1", level=0)
    await world.start("watch", "watch-2", level=20)
    await world.start("ready", "ready-1")
    await world.start("choice", "choice-1")
    await world.start("queue", "queue-1", items=["a", "b", "c"], seen="")
    await world.trigger("queue", "queue-1", "Next")
    values = {"text": "ä\u2028\\ \"'", "number": 1.5, "big": 2**53, "nothing": None, "list": [{"deep": [True]}]}
    await requests.make("start", "start-values", model="ready", correlation="ready-2", payload=values)
    await requests.make("start", "start-generated", model="ready")


async def _tasks(world: World, requests: Requests) -> None:
    for number in (1, 2):
        await world.start("approval", f"approval-{number}")
        await world.start("charge", f"charge-{number}")
        await world.start("charge-caller", f"charge-caller-{number}")
    for number in (1, 2, 3, 4):
        await world.start("billing", f"billing-{number}")
    await requests.make(
        "finish",
        "finish-1",
        model="approval",
        correlation="approval-2",
        element="approve",
        by="people",
        payload={"ok": True},
    )
    await requests.make(
        "finish",
        "finish-error",
        model="billing",
        correlation="billing-2",
        element="Bill",
        by="programs",
        error=["DECLINED", "no money"],
        payload={"card": "gone"},
    )
    await world.start("mapped", "mapped-1", number=20)
    for number, more in ((1, True), (2, False)):
        await world.start("again", f"again-{number}", more=more)
        await world.finish("again", f"again-{number}", "Try")


async def _loops_and_calls(world: World) -> None:
    for number in (1, 2):
        await world.start("panel", f"panel-{number}")
        await world.start("caller", f"caller-{number}", topic="calls")
        await world.start("joins", f"joins-{number}", a=True, b=True, c=False)
        await world.finish("joins", f"joins-{number}", "A")
    votes = [task for task in await world.tasks() if task.correlation_id == "panel-2"]
    await world.finish("panel", "panel-2", votes[1].id)
    await world.trigger("joins", "joins-2", "B")
    await world.finish("joins", "joins-2", "Q")


async def _ended(world: World, requests: Requests) -> None:
    """Instances that completed, were terminated, and failed; with events that were cancelled."""
    await requests.make(
        "finish",
        "finish-failed",
        model="billing",
        correlation="billing-3",
        element="Bill",
        by="programs",
        error=["OTHER", "nobody handles this"],
    )
    ended = await world.start("review", "review-terminated")
    await world.runtime.services.terminate_instance(ADA, TerminateInstance(ended.id, "it was a mistake"))
    await requests.make("trigger", "trigger-work", model="guarded", correlation="guarded-3", element="Work")
    await world.finish("review", "review-3", "Check")


async def _versions(world: World, requests: Requests) -> None:
    """One instance stays on the version it was started in."""
    await world.start("order", "order-1")
    await world.runtime.services.deploy_model(SYSTEM, DeployModel(NEXT_ORDER))
    await requests.make("start", "start-order", model="order", correlation="order-2", payload={"items": [1, 2]})
