"""The cost of a step depends on the waiting events, not on the history of the execution.

The tests count function calls, because times vary.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from bpmn_events.adapters.hosts.embedded.engine_port import Engine
from tests.conformance.drawing import draw
from tests.conformance.engine_run import EngineRun

LOOP = """
start > Merge > Ask > More -[again]> Merge
More -[default]> end
Merge: exclusiveGateway
More: exclusiveGateway
Ask: receiveTask message=answer
Late: boundaryEvent on=Ask timer=PT1H interrupting=no
"""
MANY = """
start > Fork > Each > end
Fork > Call > Ring > end
Fork: parallelGateway
Call: userTask
Ring: intermediateThrowEvent signal=s
Each: subProcess multi=number {
  startIn > Wait > Note > endIn
  Wait: intermediateCatchEvent signal=s
  Note: scriptTask script="heard = loopCounter"
}
"""


def count_calls(action: Callable[[], Any]) -> int:
    """Return the number of Python and C functions that the action calls."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(None)
    return calls


def start(engine: Engine, drawing: str, **variables: Any) -> EngineRun:
    run = EngineRun.load(engine, draw(drawing))
    run.start(variables)
    return run


def test_the_last_iteration_of_a_loop_costs_as_much_as_the_tenth(engine: Engine) -> None:
    process = start(engine, LOOP)

    def next_iteration() -> int:
        return count_calls(lambda: process.trigger(process.wait_at("Ask"), {"again": True}))

    iterations = [(next_iteration(), len(process.state or b"")) for _ in range(1_000)]
    assert iterations[999][0] <= iterations[9][0] * 1.05
    assert iterations[999][1] <= iterations[9][1] + 16  # the numbers in it are larger
    process.trigger(process.wait_at("Ask"), {"again": False})
    assert process.summary() == "COMPLETED"


def test_ten_thousand_occurrences_wait_and_are_triggered(engine: Engine) -> None:
    process = start(engine, MANY, number=10_000)
    assert len(process.waits) == 10_000
    process.trigger(process.waits[5_000].id)
    assert len(process.waits) == 9_999
    process.finish(process.task_at("Call"), {})
    assert process.step is not None
    assert len(process.step.caught) == 9_999
    assert process.summary() == "COMPLETED"


def test_the_cost_of_occurrences_grows_only_with_their_number(engine: Engine) -> None:
    def cost(number: int) -> tuple[int, int, int]:
        process = start(engine, MANY, number=number)
        size = len(process.state or b"")
        trigger_cost = count_calls(lambda: process.trigger(process.waits[0].id))
        return trigger_cost, count_calls(lambda: process.finish(process.task_at("Call"), {})), size

    assert all(large <= small * 4.4 for small, large in zip(cost(250), cost(1_000), strict=True))
