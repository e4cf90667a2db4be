"""Steps through one business case, written as ``trigger paid {"amount": 1} => [Pack]``: what is done, what follows.

What follows is everything the case stops at: waiting events by their elements and, in brackets, open tasks.
"""

import json
import re
from typing import Any

from tests.delivery.world import World
from tests.upgrade.scenario import KINDS

_STEP = re.compile(r"(?P<verb>\w+)(?: (?P<element>\w+))?(?: (?P<payload>\{.*\}))? => ?(?P<stops>.*)")


async def stops_of(world: World, correlation: str) -> str:
    waits = [event.element_id for event in await world.waits(correlation=correlation)]
    tasks = [f"[{task.element_id}]" for task in await world.tasks() if task.correlation_id == correlation]
    return " ".join([*sorted(tasks), *sorted(waits)])


async def walk(world: World, correlation: str, steps: str) -> None:
    """Take the steps, a line each, and look after each at what the case stops at."""
    for line in filter(None, map(str.strip, steps.splitlines())):
        step = _STEP.fullmatch(line)
        assert step is not None, line
        payload = json.loads(step["payload"]) if step["payload"] else {}
        await _take(world, correlation, step["verb"], step["element"], payload)
        assert await stops_of(world, correlation) == step["stops"], line


async def _take(world: World, correlation: str, verb: str, element: str, payload: dict[str, Any]) -> None:
    match verb:
        case "fire":
            await world.fire()
        case "deliver":
            await world.deliver()
        case "trigger":
            event = next(each for each in await world.waits(correlation=correlation) if each.element_id == element)
            await world.trigger(event.process_model_key, correlation, event.id, **payload)
        case "finish" | "decline":
            await _finish(world, correlation, verb, element, payload)
        case _:
            raise AssertionError(verb)


async def _finish(world: World, correlation: str, verb: str, element: str, payload: dict[str, Any]) -> None:
    found = [each for each in await world.tasks() if each.correlation_id == correlation]
    task = next(each for each in found if each.element_id == element)
    if verb == "decline":
        await world.throw(task.process_model_key, correlation, task.id, "DECLINED", message="no money")
        return
    kinds = frozenset().union(*KINDS.values())
    await world.finish(task.process_model_key, correlation, task.id, kinds=kinds, result=payload)
