"""Steps through one correlation, written as ``trigger paid {"amount": 1} => [Pack]``: a command and its expected stops.

The stops are the element ids of all waiting events of the correlation and, in brackets, of its open tasks.
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
    """Execute the steps, one in each line, and compare the stops after each of them."""
    for line in filter(None, map(str.strip, steps.splitlines())):
        step = _STEP.fullmatch(line)
        assert step is not None, line
        payload = json.loads(step["payload"]) if step["payload"] else {}
        await _execute(world, correlation, step["verb"], step["element"], payload)
        assert await stops_of(world, correlation) == step["stops"], line


async def _execute(world: World, correlation: str, verb: str, element: str, payload: dict[str, Any]) -> None:
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
    tasks = [task for task in await world.tasks() if task.correlation_id == correlation]
    task = next(task for task in tasks if task.element_id == element)
    if verb == "decline":
        await world.throw(task.process_model_key, correlation, task.id, "DECLINED", message="no money")
        return
    kinds = frozenset().union(*KINDS.values())
    await world.finish(task.process_model_key, correlation, task.id, kinds=kinds, result=payload)
