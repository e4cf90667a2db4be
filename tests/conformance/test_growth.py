"""What a step costs depends on what waits now, not on what was: counted in calls, not in time."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from bpmn_events.adapters.hosts.embedded.engine_port import Engine
from tests.conformance.drawing import draw
from tests.conformance.running import Running

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


def calls(action: Callable[[], Any]) -> int:
    """How many calls of functions, Python's and C's, the action makes."""
    counted = 0

    def count(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(None)
    return counted


def running(engine: Engine, drawing: str, **variables: Any) -> Running:
    started = Running.of(engine, draw(drawing))
    started.start(variables)
    return started


def test_a_loop_costs_the_same_in_its_last_round_as_in_its_tenth(engine: Engine) -> None:
    process = running(engine, LOOP)

    def next_round() -> int:
        return calls(lambda: process.trigger(process.wait_at("Ask"), {"again": True}))

    rounds = [(next_round(), len(process.state or b"")) for _ in range(1_000)]
    assert rounds[999][0] <= rounds[9][0] * 1.05
    assert rounds[999][1] <= rounds[9][1] + 16  # larger numbers in it
    process.trigger(process.wait_at("Ask"), {"again": False})
    assert process.summary() == "COMPLETED"


def test_ten_thousand_occurrences_wait_and_are_triggered(engine: Engine) -> None:
    process = running(engine, MANY, number=10_000)
    assert len(process.waits) == 10_000
    process.trigger(process.waits[5_000].id)
    assert len(process.waits) == 9_999
    process.finish(process.task_at("Call"), {})
    assert process.step is not None
    assert len(process.step.caught) == 9_999
    assert process.summary() == "COMPLETED"


def test_the_cost_of_many_occurrences_grows_with_their_number_alone(engine: Engine) -> None:
    def cost(number: int) -> tuple[int, int, int]:
        process = running(engine, MANY, number=number)
        size = len(process.state or b"")
        one = calls(lambda: process.trigger(process.waits[0].id))
        return one, calls(lambda: process.finish(process.task_at("Call"), {})), size

    assert all(large <= small * 4.4 for small, large in zip(cost(250), cost(1_000), strict=True))
