"""The feed reports whatever changes what waits: folded, it equals the lists after each step of random commands."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import get_args

import pytest

import bpmn_events.samples
from bpmn_events.application.commands.end_task import EXTERNAL_TASK_TYPES
from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.domain.changes import Change, WaitingEventRemoved
from bpmn_events.domain.errors import DomainError
from bpmn_events.domain.events import EventType, WaitingEvent
from bpmn_events.domain.pages import PageRequest
from bpmn_events.domain.tasks import TaskType
from tests.delivery.changes.following import Follower
from tests.delivery.changes.test_feed import follow
from tests.delivery.models import SELF_PAYER, TWICE
from tests.delivery.world import ADA, World
from tests.upgrade.models import MODELS

SAMPLES = tuple(path.read_text("utf-8") for path in Path(bpmn_events.samples.__path__[0]).glob("*.bpmn"))
CORRELATIONS = ("c-1", "c-2", "ä / 'c' \U0001f600")
STEPS = 120


@dataclass
class Caller:
    """Sends random commands to a server. Many of them are refused, which changes nothing."""

    world: World
    random: Random
    keys: list[str]

    async def act(self) -> None:
        actions: list[Callable[[], Awaitable[object]]] = [
            *[self._start] * 4,
            *[self._trigger] * 6,
            *[self._send] * 3,
            *[self._end_task] * 5,
            self._pass_time,
            self._deliver,
            self._terminate,
            self._deploy,
        ]
        with contextlib.suppress(DomainError):
            await self.random.choice(actions)()

    async def _start(self) -> None:
        key, correlation = self.random.choice(self.keys), self.random.choice(CORRELATIONS)
        await self.world.start(key, correlation, **self._payload())

    async def _trigger(self) -> None:
        waiting = await self.world.waits()
        if waiting:
            event = self.random.choice(waiting)
            command = TriggerEvent(event.process_model_key, event.correlation_id, event.id, self._payload())
            if self.random.random() < 0.1:
                command = replace(command, dry_run=True)
            repeats = self.random.choice((1, 1, 2))  # of the same request
            command = replace(command, idempotency_key=f"k-{self.random.random()}")
            trigger = self.world.runtime.services.trigger_event
            await asyncio.gather(*(trigger(ADA, command) for _ in range(repeats)))

    async def _send(self) -> None:
        waiting = [event for event in await self.world.waits() if event.event_name]
        names = [(event.event_type, event.event_name) for event in waiting]
        event_type, name = self.random.choice([*names, (EventType.SIGNAL, "alarm"), (EventType.MESSAGE, "paid")])
        if event_type in (EventType.MESSAGE, EventType.SIGNAL):
            await self.world.send(event_type, name or "", payload=self._payload())

    async def _end_task(self) -> None:
        tasks = await self.world.tasks()
        if not tasks:
            return
        task = self.random.choice(tasks)
        at = task.process_model_key, task.correlation_id, task.id
        if task.task_type is not TaskType.EXTERNAL:
            await self.world.finish(*at, result=self._payload())
        elif self.random.random() < 0.5:
            await self.world.throw(*at, self.random.choice(("DECLINED", "OTHER")))
        else:
            await self.world.finish(*at, kinds=EXTERNAL_TASK_TYPES, result=self._payload())

    async def _pass_time(self) -> None:
        self.world.clock.advance(minutes=self.random.choice((1, 61)))
        await self.world.fire()
        await self.world.runtime.start_timers.fire_due()

    async def _deliver(self) -> None:
        await self.world.runtime.outbox.deliver_due()

    async def _terminate(self) -> None:
        waiting = await self.world.waits()
        if waiting:
            found = await self.world.instances(self.random.choice(waiting).correlation_id)
            await self.world.terminate(self.random.choice(found))

    async def _deploy(self) -> None:
        """Deploy a new version: instances of the earlier one run on."""
        text = self.random.choice((*MODELS, *SAMPLES))
        await self.world.deploy(text.replace("</process>", f"<!-- {self.random.random()} --></process>"))

    def _payload(self) -> dict[str, object]:
        values: dict[str, object] = {
            "number": self.random.choice((1, 7, 9)),
            "order": self.random.choice((1, 7, 9)),
            "amount": 5,
            "items": ["a", "b"],
            "level": self.random.choice((0, 20)),
            "topic": "calls",
            "more": True,
            "ok": True,
        }
        return {name: value for name, value in values.items() if self.random.random() < 0.7}


@pytest.mark.parametrize("seed", range(2))
async def test_random_commands(world: World, rival: World, seed: int) -> None:
    random = Random(seed)
    follower = await follow(world)
    await world.deploy(*MODELS, *SAMPLES, SELF_PAYER, TWICE)
    models = await world.runtime.services.list_process_models(ADA, PageRequest(limit=None))
    callers = [Caller(each, random, [model.key for model in models.items]) for each in (world, rival)]
    for _ in range(STEPS):
        await asyncio.gather(*(random.choice(callers).act() for _ in range(random.choice((1, 1, 4)))))
        await check(world, follower)
    assert {type(change) for change in follower.changes} == set(get_args(Change))
    assert any(isinstance(change, WaitingEventRemoved) and change.trigger_id is None for change in follower.changes)


async def check(world: World, follower: Follower) -> None:
    await check_lists(world, follower)
    assert sorted(follower.triggers) == sorted(trigger.id for trigger in await world.history())


async def check_lists(world: World, follower: Follower) -> None:
    await follower.catch_up()
    assert not follower.doubled
    assert _as_reported(follower.events.values()) == _as_reported(await world.waits())
    assert follower.tasks == {task.id: task for task in await world.tasks()}


def _as_reported(events: Iterable[WaitingEvent]) -> dict[str, WaitingEvent]:
    return {event.id: replace(event, correlation_keys=None) for event in events}
