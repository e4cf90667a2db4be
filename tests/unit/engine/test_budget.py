"""The limits of a step on time and data: they end a step whatever it does, and no ordinary step looks at the clock."""

from dataclasses import replace
from typing import Any

import pytest

from bpmn_events.adapters.hosts.embedded.engine import EmbeddedEngine
from bpmn_events.adapters.hosts.embedded.engine_port import FULL_LIMIT, StepLimit, StepTooLong
from bpmn_events.adapters.hosts.embedded.runtime import budget
from bpmn_events.adapters.hosts.embedded.steps import Step
from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.domain.errors import ProcessFailed
from bpmn_events.samples import sample_files
from tests.conformance.drawing import draw
from tests.conformance.engine_run import EngineRun

MiB = 1_048_576
NO_TIME = StepLimit(0.0, 0.0, 1000 * MiB, is_final=False)
NUMBERS = [1] * 20_000


def mapping(source: str) -> str:
    """Return the option of an element that maps the source to a local variable."""
    return f'ext=\'<zeebe:ioMapping><zeebe:input source="={source}" target="copy"/></zeebe:ioMapping>\''


LONG = " or ".join(["5 in numbers"] * 5)

# Steps that are within all limits on moves and occurrences. Each does one thing that takes long, often or once.
LONG_STEPS = {
    "conditions of sequence flows": (
        "start > Fork\nFork: exclusiveGateway\n" + "".join(f"Fork -[{LONG}]> end{n}\n" for n in range(9)),
        "Fork -[default]> end\n",
    ),
    "a long list in one expression": ("start > Note > end\n", f"Note: scriptTask script='found = {LONG}'\n"),
    "long lists that are compared": (
        "start > Note > end\n",
        f"Note: scriptTask script='found = {' and '.join(['numbers == numbers'] * 20)}'\n",
    ),
    "nested lists that are compared": (
        "start > Note > end\n",
        f"Note: scriptTask script='found = {' and '.join(['nested == nested'] * 20)}'\n",
    ),
    "numbers that are added": (
        "start > Note > end\n",
        "Note: scriptTask script='found = sum(numbers) + sum(numbers)'\n",
    ),
    "texts that are joined": (
        "start > Note > end\n",
        'Note: scriptTask script=\'found = size(join(blank, "")) + size(join(blank, ""))\'\n',
    ),
    "a long text that is searched": (
        "start > Note > end\n",
        f"Note: scriptTask script='found = {' or '.join(['contains(text, 7)'] * 9)}'\n".replace("7", '"y"'),
    ),
    "lists that are built": (
        "start > Note > end\n",
        f"Note: scriptTask script='found = size({'[' * 30}short{']' * 30})'\n",
    ),
    "statements of a script": (
        "start > Note > end\n",
        f"Note: scriptTask script='{'; '.join(f'x{n} = {n}' for n in range(40))}'\n",
    ),
    "a conditional event": (
        "start > Work > end\nWork: userTask\n",
        f"Late: boundaryEvent on=Work interrupting=no condition='{LONG}'\n",
    ),
    "a mapping": ("start > Work > end\n", f"Work: userTask {mapping(LONG)}\n"),
    "a collection": ("start > Work > end\n", f"Work: userTask multi='{LONG} ? 1 : 2'\n"),
    "a completion condition": ("start > Work > end\n", f"Work: scriptTask script='a = 1' multi=3 until='{LONG}'\n"),
    "the time of a timer": (
        "start > Wait > end\n",
        f'Wait: intermediateCatchEvent timer=\'=({LONG}) ? "PT1H" : "PT2H"\'\n',
    ),
    "many waiting events": (
        "start > Work > end\nWork: userTask\n",
        "".join(f"Late{n}: boundaryEvent on=Work timer=PT{n}H\n" for n in range(1, 60)),
    ),
    "many listeners": (
        "start > Fork > Each\nFork > Ring > Ring2 > Ring3\nFork: parallelGateway\n",
        "Each: receiveTask multi=200 message=m\nRing: intermediateThrowEvent message=m\n"
        "Ring2: intermediateThrowEvent message=m\nRing3: intermediateThrowEvent message=m\n",
    ),
    "many tokens": ("start > Each > end\n", "Each: userTask multi=500\n"),
    "many moves": (
        "start > Merge > Count > More -[n < 100]> Merge\nMore -[default]> end\n",
        "Merge: exclusiveGateway\nMore: exclusiveGateway\nCount: scriptTask script='n = n + 1'\n",
    ),
    "many inclusive joins": (
        "start > Fork\nFork: parallelGateway\n",
        "".join(f"Fork > Join{n}\nOther{n} > Join{n}\nFork > Other{n}\nJoin{n}: inclusiveGateway\n" for n in range(30)),
    ),
}
VARIABLES: dict[str, Any] = {
    "numbers": NUMBERS,
    "nested": [[n] for n in range(2_000)],
    "blank": [""] * 50_000,
    "short": [1] * 5_000,
    "text": "x" * 100_000,
    "n": 0,
}


def take_first_step(drawing: str, limit: StepLimit, variables: dict[str, Any]) -> Step:
    run = EngineRun.load(EmbeddedEngine(JsonSchemas()), draw(drawing))
    return run.engine.start(
        run.models, run.first, "pi_1", start_element_id=None, variables=variables, now=run.now, limit=limit
    )


@pytest.mark.parametrize("name", LONG_STEPS)
def test_every_kind_of_long_work_is_stopped(name: str) -> None:
    drawing = "".join(LONG_STEPS[name])
    assert take_first_step(drawing, replace(FULL_LIMIT, seconds=3600.0), VARIABLES).instances
    with pytest.raises(StepTooLong):
        take_first_step(drawing, NO_TIME, VARIABLES)


def test_a_step_beyond_the_final_limit_fails_at_the_node_that_it_has_reached() -> None:
    limit = StepLimit(0.0, 0.0, MiB, is_final=True)
    with pytest.raises(ProcessFailed, match="took too long without waiting for anything") as failed:
        take_first_step("".join(LONG_STEPS["statements of a script"]), limit, VARIABLES)
    assert failed.value.element_id == "Note"


def test_an_ordinary_step_does_not_look_at_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    def thread_time() -> float:
        raise AssertionError("a look at the clock")

    monkeypatch.setattr(budget, "thread_time", thread_time)
    text = next(path for path in sample_files() if path.name == "order.bpmn").read_text("utf-8")
    run = EngineRun.load(EmbeddedEngine(JsonSchemas()), text)
    run.start({"customer": "Ada", "items": ["x"]})
    run.trigger(run.wait_at("PaymentReceived"), {"amount": 5, "currency": "EUR", "reference": "r"})
    assert run.state is not None


# --- data ---

LARGE_STEPS = {
    "texts in many variables": "Note: scriptTask script='{}'\n".format("; ".join(f"x{n} = text" for n in range(40))),
    "objects in many variables": "Note: scriptTask script='{}'\n".format(
        "; ".join(f"x{n} = object" for n in range(40))
    ),
    "a text for each occurrence": f"Note: userTask multi=100 {mapping('text')}\n",
    "the outputs of a loop": (
        "Note: scriptTask script='a = 1' xml='<multiInstanceLoopCharacteristics><extensionElements>"
        '<zeebe:loopCharacteristics inputCollection="=many" outputCollection="all" outputElement="=text"/>'
        "</extensionElements></multiInstanceLoopCharacteristics>'\n"
    ),
    "all variables for each called process": (
        "Note: callActivity multi=100 calls=other\nprocess other {\nstart2 > Work\nWork: userTask\n}\n"
    ),
}


@pytest.mark.parametrize("name", LARGE_STEPS)
def test_a_step_keeps_a_limited_amount_of_data(name: str) -> None:
    drawing = "start > Note > end\n" + LARGE_STEPS[name]
    variables = {"text": "x" * 60_000, "object": {"text": "x" * 60_000}, "many": [1] * 100}
    assert take_first_step(drawing, StepLimit(9.0, 0.0, 16 * MiB, is_final=True), variables).kept_bytes > MiB
    for is_final, error in ((True, ProcessFailed), (False, StepTooLong)):
        with pytest.raises(error):
            take_first_step(drawing, StepLimit(9.0, 0.0, MiB, is_final=is_final), variables)


def test_a_text_that_grows_in_a_loop_counts_once() -> None:
    loop = (
        "start > Merge > Note > More -[n < 200]> Merge\nMore -[default]> end\nMerge: exclusiveGateway\n"
        "More: exclusiveGateway\nNote: scriptTask script='n = n + 1; line = line + line2'\n"
    )
    step = take_first_step(loop, FULL_LIMIT, {"n": 0, "line": "", "line2": "x" * 300})
    assert 200 * 300 <= step.kept_bytes < 2 * 200 * 300


def test_what_a_throw_carries_counts_for_each_event_that_catches_it() -> None:
    drawing = (
        "start > Fork > Each\nFork > Ring\nFork: parallelGateway\nEach: subProcess multi=50 {\n"
        "startIn > Wait > endIn\nWait: intermediateCatchEvent signal=s\n}\n"
        f"Ring: intermediateThrowEvent signal=s {mapping('text')}\n"
    )
    text = "x" * 10_000
    assert take_first_step(drawing, FULL_LIMIT, {"text": text}).kept_bytes > 50 * len(text)
