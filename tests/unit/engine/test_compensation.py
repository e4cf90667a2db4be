"""Compensation: what a deployment warns of, and what the completed activities cost."""

import pytest

from bpmn_events.adapters.hosts.embedded.runtime import stored_sizes
from bpmn_events.domain.errors import ProcessFailed
from tests.conformance.drawing import draw
from tests.conformance.engine_run import EngineRun
from tests.unit.engine.test_stored_models import ENGINE, started

PROMPT = """
start > A > Throw > end
A: scriptTask multi=number script="x = 1"
UndoA: scriptTask undoes=A script="undone = undone + 1"
Throw: intermediateThrowEvent compensate
"""
IN_SEQUENCE = PROMPT.replace("multi", "sequence")


@pytest.mark.parametrize(
    ("drawing", "element", "message"),
    [
        ("start > A\nA: task\nAt: boundaryEvent on=A compensate", "At", "the event compensates nothing"),
        ("start > A\nA: task\nUndo: task isForCompensation=true", "Undo", "it never runs"),
        ("start > A > endX\nA: task\nendX: endEvent compensate=A", "endX", "no compensation event is attached to 'A'"),
        (
            "start > T\nT: transaction {\nstartT > endT\nendT: endEvent cancel\n}",
            "endT",
            "has no cancel boundary event",
        ),
    ],
)
def test_a_deployment_warns_of_what_compensates_nothing(drawing: str, element: str, message: str) -> None:
    (warning,) = ENGINE.compile(draw(drawing)).warnings
    assert warning.element_id == element
    assert message in warning.message


def test_a_complete_compensation_gives_no_warning() -> None:
    assert ENGINE.compile(draw(PROMPT)).warnings == ()


@pytest.mark.parametrize("drawing", [PROMPT, IN_SEQUENCE], ids=["at once", "one after another"])
def test_thousands_of_activities_are_compensated_in_one_step(drawing: str) -> None:
    run = started(draw(drawing), number=9_000, undone=0)
    assert run.summary() == "COMPLETED"
    assert run.root.variables["undone"] == 9_000


def test_more_activities_than_a_step_may_begin_are_not_compensated() -> None:
    with pytest.raises(ProcessFailed, match="occurrences of loops began at once"):
        started(draw(PROMPT), number=15_000, undone=0)


def _completed(drawing: str) -> EngineRun:
    run = started(draw(drawing))
    for _ in range(3):
        run.finish(run.task_at("A"), {"text": "x" * 1_000})
    return run


LOOP = "start > A > A\nA: userTask"
LOCAL = LOOP + ' ext=\'<zeebe:ioMapping><zeebe:input source="= repeat" target="text"/></zeebe:ioMapping>\''


def test_only_activities_that_can_be_compensated_are_stored() -> None:
    plain, compensated = (_completed(drawing) for drawing in (LOOP, f"{LOOP}\nUndoA: task undoes=A"))
    assert plain.state is not None
    assert compensated.state is not None
    assert stored_sizes.local_bytes(plain.state) == {"pi_root": 0}
    assert 0 < len(compensated.state) - len(plain.state) < 40


def test_the_variables_of_completed_activities_count_as_stored_data() -> None:
    run = EngineRun.load(ENGINE, draw(f"{LOCAL}\nUndoA: task undoes=A"))
    run.start({"repeat": "x" * 1_000})
    sizes = []
    for _ in range(3):
        run.finish(run.task_at("A"), {})
        assert run.state is not None
        sizes.append(stored_sizes.local_bytes(run.state)["pi_root"])
    # The open task has its own copy.
    assert [size // 1_000 for size in sizes] == [1, 2, 3]
