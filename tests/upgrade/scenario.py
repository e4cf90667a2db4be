"""Fills a database with processes in every kind of wait state and with the other data of a running server.

The clock begins at 11:00 and ends at 14:00; some timers that became due meanwhile have not fired. Its day is in the
past, so that the ids that a test creates later sort after those in the database.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.application.commands.end_task import EXTERNAL_TASK_TYPES, PERSON_TASK_TYPES
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
from tests.upgrade.facts import Fact, outcome_fact
from tests.upgrade.models import MODELS, NEXT_ORDER

BEGIN = datetime(2025, 3, 1, 11, tzinfo=UTC)
END = BEGIN + timedelta(hours=3)
KINDS = {"people": PERSON_TASK_TYPES, "programs": EXTERNAL_TASK_TYPES}


@dataclass
class Requests:
    """Sends requests with idempotency keys, and keeps them with their outcomes."""

    world: World
    sent: list[Fact] = field(default_factory=list)

    async def send(self, operation: str, key: str, **details: Any) -> Fact:
        request = {"operation": operation, "key": key, **details}
        outcome = await send(self.world, request)
        fact = outcome_fact(outcome)
        assert not outcome.replayed
        self.sent.append({**request, "answer": fact})
        return fact


async def send(world: World, request: Fact) -> Any:
    """Send a request, for the first time or again, and return its outcome."""
    services, key, payload = world.runtime.services, request["key"], request.get("payload")
    model, correlation = request.get("model"), request.get("correlation")
    match request["operation"]:
        case "start":
            return await services.start_instance(ADA, StartInstance(request["model"], correlation, None, payload, key))
        case "trigger":
            source = TriggerSource(request.get("source", "GRAPHQL"))
            address = request["model"], request["correlation"], request["element"]
            return await services.trigger_event(ADA, TriggerEvent(*address, payload, key, source=source))
        case "finish":
            address = request["model"], request["correlation"], request["element"]
            if "error" in request:
                return await services.throw_error(ADA, ThrowError(*address, BpmnError(*request["error"]), payload, key))
            return await services.finish_task(ADA, FinishTask(*address, KINDS[request["by"]], payload, key))
        case "message":
            message = TriggerMessage(request["name"], model, correlation, payload, key)
            return await services.trigger_message(ADA, message)
        case "signal":
            signal = TriggerSignal(request["name"], model, correlation, payload, key)
            return await services.trigger_signal(ADA, signal)
    raise AssertionError(request["operation"])


async def fill_database(world: World) -> list[Fact]:
    """Fill an empty database and return the requests with idempotency keys and their outcomes."""
    requests = Requests(world)
    await world.deploy(*MODELS)
    await _early_timers(world)
    await _postponed_message(world)
    await _signals(world, requests)
    await _messages(world, requests)
    await _events(world, requests)
    await _tasks(world, requests)
    await _loops_and_calls(world)
    await _ended_instances(world, requests)
    await _model_versions(world, requests)
    world.clock.now = END - timedelta(minutes=10)
    await world.start("choice", "choice-2")
    world.clock.now = END
    return requests.sent


async def _early_timers(world: World) -> None:
    """Fire a single timer, a timer whose cycle continues, and a timer whose process cannot continue."""
    await world.start("hour", "hour-1")
    await world.start("reminder", "reminder-1")
    await world.start("stuck", "stuck-1")
    world.clock.advance(hours=1)
    await world.fire()


async def _postponed_message(world: World) -> None:
    """Postpone a message whose receiver cannot process it."""
    await world.start("brittle", "brittle-1")
    await world.start("payer", "brittle-1", order=1)
    await world.trigger("payer", "brittle-1", "go", amount=5)
    await world.runtime.outbox.deliver_due()


async def _signals(world: World, requests: Requests) -> None:
    """Deliver half of a signal thrown by a process and of two signals from callers; then start more receivers."""
    await world.start("brittle-listener", "listener-0")
    for number in range(1, 6):
        await world.start("listener", f"listener-{number}")
    for number in range(1, 8):
        await world.start("crowd", f"crowd-{number}")
    await world.start("siren", "siren-1")
    await world.trigger("siren", "siren-1", "go")
    world.reach_at_once(2)
    await world.runtime.outbox.deliver_due()
    await requests.send("signal", "signal-1", name="outside", payload={"why": "a test"})
    await world.signal("outside", by=somebody(lanes=["Sales", "Boss"]))
    world.clock.advance(minutes=1)
    await world.start("listener", "listener-late")
    await world.start("sales", "sales-1")


async def _messages(world: World, requests: Requests) -> None:
    """Throw messages that are not yet delivered, and send some as a caller."""
    await world.start("shop", "payer-1")
    await world.start("payer", "payer-1", order=2)
    await world.trigger("payer", "payer-1", "go", amount=7)
    for number in (7, 8, 9):
        await world.start("keyed", f"keyed-{number}", number=number)
    await requests.send("message", "message-1", name="paid", model="keyed", payload={"order": 9})
    await world.start("late", "late-1", number=40)
    await world.start("late", "late-2", number=41)
    await requests.send("trigger", "trigger-keyed", model="late", correlation="late-2", element="go")


async def _events(world: World, requests: Requests) -> None:
    world.clock.now = END - timedelta(minutes=90)
    for number in (1, 2, 3):
        await world.start("review", f"review-{number}")
        await world.start("guarded", f"guarded-{number}")
    await requests.send(
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
    await requests.send("start", "start-values", model="ready", correlation="ready-2", payload=values)
    await requests.send("start", "start-generated", model="ready")


async def _tasks(world: World, requests: Requests) -> None:
    for number in (1, 2):
        await world.start("approval", f"approval-{number}")
        await world.start("charge", f"charge-{number}")
        await world.start("charge-caller", f"charge-caller-{number}")
    for number in (1, 2, 3, 4):
        await world.start("billing", f"billing-{number}")
    await requests.send(
        "finish",
        "finish-1",
        model="approval",
        correlation="approval-2",
        element="approve",
        by="people",
        payload={"ok": True},
    )
    await requests.send(
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


async def _ended_instances(world: World, requests: Requests) -> None:
    """Complete, terminate and fail instances, and cancel events with them."""
    await requests.send(
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
    await requests.send("trigger", "trigger-work", model="guarded", correlation="guarded-3", element="Work")
    await world.finish("review", "review-3", "Check")


async def _model_versions(world: World, requests: Requests) -> None:
    """Deploy a new model version; one instance stays on the previous version."""
    await world.start("order", "order-1")
    await world.runtime.services.deploy_model(SYSTEM, DeployModel(NEXT_ORDER))
    await requests.send("start", "start-order", model="order", correlation="order-2", payload={"items": [1, 2]})
