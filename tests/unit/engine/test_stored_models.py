"""Stored models of which the parser refuses a part: their instances go on, and only what needs the part fails."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from lxml import etree

import bpmn_events.adapters.hosts.embedded.parsing as parsing_package
from bpmn_events.adapters.hosts.embedded.engine import EmbeddedEngine
from bpmn_events.adapters.hosts.embedded.engine_port import ExecutableModel, LoadedModels
from bpmn_events.adapters.hosts.embedded.model.meaning import CURRENT, FIRST
from bpmn_events.adapters.hosts.embedded.parsing import parser
from bpmn_events.adapters.hosts.embedded.parsing.document import MAX_BYTES, MAX_DEPTH, BpmnDocument
from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.domain.errors import InvalidProcessModel, ProcessFailed
from tests.conformance.drawing import draw
from tests.conformance.engine_run import EngineRun
from tests.conformance.script import Case, cases
from tests.unit.engine.refusals import NODES, WAITING, Change, Refusal

ENGINE = EmbeddedEngine(JsonSchemas())
REFUSED_CASES = [case for case in cases() if "refused " in case.script]
DUPLICATE = draw("start > Ready > X > end\nReady: receiveTask message=ready\nX: userTask").replace(
    "</process>", '<userTask id="X"/></process>'
)
UNUSABLE = draw("start > Ready > end\nReady: receiveTask message=ready", "p" * 300)
MISPLACED = draw(
    "start > Ready > Work > Sub > end\nReady: receiveTask message=ready\nWork: userTask\n"
    "Sub: subProcess {\nLate > endLate\nLate: boundaryEvent on=Work message=late\n}"
)
LOOP = "start > X > After > end\nAfter: userTask\n"


def run_stored(bpmn_xml: str, key: str = "p") -> EngineRun:
    """Return an execution of the stored model that is not started yet."""
    model = ENGINE.compile_stored(bpmn_xml, key, CURRENT)
    return EngineRun(ENGINE, LoadedModels({f"pm_{key}": model}, {key: f"pm_{key}"}), f"pm_{key}")


def started(bpmn_xml: str, **variables: Any) -> EngineRun:
    run = EngineRun.load(ENGINE, bpmn_xml)
    run.start(variables)
    return run


def store(run: EngineRun, bpmn_xml: str, key: str = "p") -> ExecutableModel:
    """Let the execution go on with the model of this file."""
    model = run.models.by_id[f"pm_{key}"] = ENGINE.compile_stored(bpmn_xml, key, CURRENT)
    return model


def issues_of(bpmn_xml: str) -> str:
    """Return the messages for which the file cannot be deployed."""
    with pytest.raises(InvalidProcessModel) as refused:
        ENGINE.compile(bpmn_xml)
    return "\n".join(issue.message for issue in refused.value.issues)


# --- parts that a token would enter ---


@pytest.mark.parametrize("refusal", NODES, ids=lambda refusal: refusal.name)
def test_a_refused_part_fails_the_process_that_reaches_it(refusal: Refusal) -> None:
    assert refusal.message in issues_of(refusal.bpmn_xml)
    run = run_stored(refusal.bpmn_xml)
    run.start({})
    before = run.state
    with pytest.raises(ProcessFailed) as failed:
        run.trigger(run.wait_at("Ready"), {"bad": True})
    assert failed.value.element_id == refusal.element
    assert refusal.message in failed.value.reason
    assert run.state == before


@pytest.mark.parametrize("refusal", NODES, ids=lambda refusal: refusal.name)
def test_everything_beside_a_refused_part_runs(refusal: Refusal) -> None:
    run = run_stored(refusal.bpmn_xml)
    run.start({})
    run.trigger(run.wait_at("Ready"), {"bad": False})
    run.finish(run.task_at("Beside"), {})
    assert run.summary() == "COMPLETED"


# A model with compensation and a transaction, each behind a choice.
COMPENSATED = draw(
    """
    start > Choice
    Choice: exclusiveGateway
    Choice -[part == "transaction"]> T > endT
    Choice -[part == "activity"]> A > endA
    Choice -[part == "event"]> Throw > endThrow
    Choice -[part == "handler"]> Undo
    Choice -[default]> Beside > endBeside
    T: transaction {
      startIn > endIn
      endIn: endEvent cancel
    }
    A: userTask
    Event: boundaryEvent on=A compensate
    Undo: task isForCompensation=true
    Throw: intermediateThrowEvent compensate
    Beside: userTask
    """
)


@pytest.mark.parametrize(
    ("part", "element", "reason"),
    [
        ("transaction", "T", "transaction subprocesses are not supported"),
        ("activity", "Event", "compensation is not supported: the engine keeps no data of completed activities"),
        ("event", "Throw", "compensation is not supported: the engine keeps no data of completed activities"),
        ("handler", "Undo", "compensation is not supported"),
    ],
)
def test_compensation_and_transactions_stay_refused_in_files_of_the_first_meaning(
    part: str, element: str, reason: str
) -> None:
    model = ENGINE.compile_stored(COMPENSATED, "p", FIRST)
    run = EngineRun(ENGINE, LoadedModels({"pm_p": model}, {"p": "pm_p"}), "pm_p")
    with pytest.raises(ProcessFailed) as failed:
        run.start({"part": part})
    assert failed.value.element_id == element
    assert reason in failed.value.reason
    run.start({"part": "none"})
    run.finish(run.task_at("Beside"), {})
    assert run.summary() == "COMPLETED"


def test_the_issues_of_a_model_are_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    ENGINE.compile_stored(draw("start > X > end\nX: complexGateway\nX > Y > endY\nY: callActivity"), "p", CURRENT)
    (record,) = caplog.records
    assert "'p' has parts that this version cannot run" in record.message
    assert "X (line 8): complex gateways are not supported" in record.message
    assert "Y (line 10): the call activity does not say" in record.message


def describe(model: ExecutableModel) -> str:
    return re.sub(r" at 0x\w+", "", repr(model))


def test_a_model_without_issues_is_the_compiled_one(caplog: pytest.LogCaptureFixture) -> None:
    for case in cases():
        if "refused " not in case.script:
            for model in ENGINE.compile(case.bpmn_xml).models:
                assert describe(ENGINE.compile_stored(case.bpmn_xml, model.key, CURRENT)) == describe(model), case.title
    assert not caplog.records


# --- elements that something waits at ---


def go_on(run: EngineRun) -> None:
    """Trigger or finish what waits at ``X``."""
    if any(wait.element_id == "X" for wait in run.waits):
        run.trigger(run.wait_at("X"), {"a": 1})
    else:
        run.finish(run.task_at("X"), {"a": 1})


@pytest.mark.parametrize("change", WAITING, ids=lambda change: change.name)
def test_an_instance_that_waits_at_a_refused_element_goes_on(change: Change, caplog: pytest.LogCaptureFixture) -> None:
    run = started(draw(change.before), items=[1, 2])
    model = store(run, draw(change.after))
    assert "cannot run" in caplog.text
    elements = model.catch_elements if any(wait.element_id == "X" for wait in run.waits) else model.task_elements
    assert elements["X"].element_id == "X"
    while "X" in run.summary().replace("[", "").replace("]", "").split() and "After" not in run.summary():
        go_on(run)
    assert "[After]" in run.summary()
    run.finish(run.task_at("After"), {})


def test_a_repeated_event_waits_again_although_it_is_refused() -> None:
    drawing = "start > Work > end\nWork: userTask\nX > endX\nX: boundaryEvent on=Work timer={} interrupting=no"
    run = started(draw(drawing.format("R/PT1H")))
    store(run, draw(drawing.format("R/P1Q")))
    for _ in range(3):
        run.trigger(run.wait_at("X"))
    assert run.summary() == "[Work] X"


def test_a_refused_condition_does_not_stop_other_events_of_the_instance() -> None:
    drawing = (
        "start > Fork\nFork: parallelGateway\nFork > X > endX\nFork > Other > end\n"
        "Other: receiveTask message=m\nX: intermediateCatchEvent 'condition={}'"
    )
    run = started(draw(drawing.format("ready")))
    store(run, draw(drawing.format("ready ><")))
    run.trigger(run.wait_at("Other"), {"ready": True})
    assert run.summary() == "X"
    run.trigger(run.wait_at("X"))
    assert run.summary() == "COMPLETED"


def test_an_output_that_cannot_be_computed_fails_the_process() -> None:
    """Without the output, the process would go on with other data than it was designed for."""
    drawing = (
        "start > X > end\nX: userTask ext='<zeebe:ioMapping>"
        '<zeebe:output source="= 1 {}" target="a"/></zeebe:ioMapping>\''
    )
    run = started(draw(drawing.format("+ 1")))
    store(run, draw(drawing.format("+")))
    with pytest.raises(ProcessFailed, match="at 'X'"):
        run.finish(run.task_at("X"), {})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("userTask sequence=2 until=done", "userTask sequence=2 'until=done ><'"),
        ("userTask loop=again", "userTask 'loop=again ><'"),
        ("userTask max=2", "userTask max=many"),
        ("userTask sequence=2", "userTask sequence=2 xml='<standardLoopCharacteristics loopMaximum=\"2\"/>'"),
    ],
)
def test_a_loop_fails_where_it_needs_what_was_refused(before: str, after: str) -> None:
    run = started(draw(f"{LOOP}X: {before}"), again=True)
    store(run, draw(f"{LOOP}X: {after}"))
    with pytest.raises(ProcessFailed, match="at 'X'"):
        run.finish(run.task_at("X"), {})


def test_an_event_subprocess_that_is_refused_fails_when_its_event_happens() -> None:
    drawing = (
        "start > Work > end\nWork: userTask\nGuard: subProcess triggeredByEvent=true {} {{\n"
        "startGuard > endGuard\nstartGuard: startEvent message=m\n}}"
    )
    run = started(draw(drawing.format("")))
    store(run, draw(drawing.format("startQuantity=2")))
    with pytest.raises(ProcessFailed, match="at 'Guard'"):
        run.trigger(run.wait_at("startGuard"))
    run.finish(run.task_at("Work"), {})
    assert run.summary() == "COMPLETED"


def test_an_event_subprocess_without_a_start_event_never_begins() -> None:
    guard = "start > Work > end\nWork: userTask\nGuard: subProcess triggeredByEvent=true {\nIn > endIn\n}"
    run = run_stored(draw(guard))
    run.start({})
    assert run.summary() == "[Work]"


def test_the_second_of_two_elements_with_an_id_is_refused() -> None:
    assert "the id 'X' is used more than once" in issues_of(DUPLICATE)
    run = run_stored(DUPLICATE)
    run.start({})
    with pytest.raises(ProcessFailed, match="at 'X': the id 'X' is used more than once"):
        run.trigger(run.wait_at("Ready"), {})


def test_a_boundary_event_in_another_scope_than_its_activity_waits_as_before() -> None:
    assert "an activity it cannot interrupt" in issues_of(MISPLACED)
    run = run_stored(MISPLACED)
    run.start({})
    run.trigger(run.wait_at("Ready"), {})
    assert run.summary() == "Late [Work]"


def test_a_process_without_a_usable_id_runs() -> None:
    assert "no usable id" in issues_of(UNUSABLE)
    run = run_stored(UNUSABLE, "p" * 300)
    run.start({})
    assert run.summary() == "Ready"


# --- issues outside of all nodes ---

KEYED = draw(
    "start > Ready > Next > end\nReady: receiveTask message=ready\nNext: receiveTask message=next\n"
    'xml <correlationProperty id="P"><correlationPropertyRetrievalExpression messageRef="message_1">'
    "<messagePath>a</messagePath></correlationPropertyRetrievalExpression></correlationProperty>\n"
    'xml <collaboration id="C"><correlationKey id="K"><correlationPropertyRef>P</correlationPropertyRef>'
    "</correlationKey></collaboration>"
)
_SUBSCRIPTION = 'isExecutable="true"><correlationSubscription correlationKeyRef="K">{}</correlationSubscription>'
KEYS = [
    ("<messagePath>a</messagePath>", "<messagePath>a +</messagePath>", "`a +`"),
    ("<messagePath>a</messagePath>", "", "has a messageRef and a messagePath"),
    (">P<", ">gone<", "'gone', which is no correlation property"),
    (">P<", ">P</correlationPropertyRef><correlationPropertyRef>gone<", "'gone', which is no correlation property"),
    ('isExecutable="true">', _SUBSCRIPTION.format(""), "no value for its property 'P'"),
    (
        'isExecutable="true">',
        _SUBSCRIPTION.format(
            '<correlationPropertyBinding correlationPropertyRef="P"><dataPath>a +</dataPath>'
            "</correlationPropertyBinding>"
        ),
        "`a +`",
    ),
]
OUTSIDE: list[tuple[str, str, str | None]] = [
    ('isExecutable="true"', 'isExecutable="false"', 'isExecutable="false"'),
    (
        'isExecutable="true">',
        'isExecutable="true"><extensionElements><camunda:executionListener class="a"/></extensionElements>',
        "runs code of another engine",
    ),
    ('isExecutable="true">', f'isExecutable="true"><laneSet><lane name="{"x" * 300}"/></laneSet>', None),
    ('isExecutable="true">', 'isExecutable="true"><odd/>', "the element `odd`"),
    (
        'isExecutable="true">',
        'isExecutable="true"><correlationSubscription correlationKeyRef="gone"/>',
        "'gone', which is no correlation key",
    ),
    ('name="ready"', f'name="{"x" * 300}"', "its name has 300 characters"),
    ("<definitions ", "<!DOCTYPE definitions><definitions ", "document type"),
    ("<definitions ", "<other><definitions ", "the root element is not"),
    (">\n</definitions>", f">\n{'<a>' * MAX_DEPTH}{'</a>' * MAX_DEPTH}</definitions>", "more than 100 deep"),
    (">\n</definitions>", f">\n<!--{'x' * MAX_BYTES}--></definitions>", "at most"),
]


def changed(old: str, new: str) -> str:
    """Return a file with a change outside of its nodes."""
    bpmn_xml = draw("start > Ready > end\nReady: receiveTask message=ready")
    assert old in bpmn_xml
    namespaces = 'targetNamespace="urn:test" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    bpmn_xml = bpmn_xml.replace(old, new).replace('targetNamespace="urn:test"', namespaces)
    return f"{bpmn_xml}</other>" if new.startswith("<other>") else bpmn_xml


@pytest.mark.parametrize(("old", "new", "message"), OUTSIDE)
def test_an_issue_outside_of_all_nodes_stops_nothing(old: str, new: str, message: str | None) -> None:
    bpmn_xml = changed(old, new)
    if message is not None:
        assert message in issues_of(bpmn_xml)
    run = run_stored(bpmn_xml)
    run.start({})
    run.trigger(run.wait_at("Ready"))
    assert run.summary() == "COMPLETED"


def test_a_model_with_more_nodes_than_allowed_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "MAX_NODES", 2)
    bpmn_xml = draw("start > Ready > end\nReady: receiveTask message=ready")
    assert "more than 2 flow nodes" in issues_of(bpmn_xml)
    run = run_stored(bpmn_xml)
    run.start({})
    assert run.summary() == "Ready"


def test_a_process_with_nothing_to_begin_with_cannot_start() -> None:
    run = run_stored(draw("A > B > A"))
    with pytest.raises(ProcessFailed, match="has nothing to begin with"):
        run.start({})


def test_a_refused_start_event_fails_the_start() -> None:
    run = run_stored(draw("startEarly > Work > end\nstartEarly: startEvent condition=x\nWork: userTask"))
    with pytest.raises(ProcessFailed, match="at 'startEarly': conditions do not start process instances"):
        run.start({}, "startEarly")


def test_a_refused_receive_task_fails_the_start_that_it_is() -> None:
    part = "Order > Work > end\nOrder: receiveTask message=order instantiate=true max=2\nWork: userTask"
    with pytest.raises(ProcessFailed, match="at 'Order': a receive task that begins a process"):
        run_stored(draw(part)).start({}, "Order")


@pytest.mark.parametrize(("old", "new", "message"), KEYS)
def test_an_event_does_not_wait_without_its_refused_correlation_key(old: str, new: str, message: str) -> None:
    """Without its key, it would receive every message of its name."""
    run = started(KEYED)
    assert message in issues_of(KEYED.replace(old, new))
    store(run, KEYED.replace(old, new))
    with pytest.raises(ProcessFailed, match="its correlation key has no value") as failed:
        run.trigger(run.wait_at("Ready"), {"a": 1})
    assert failed.value.element_id == "Next"


def test_a_key_without_properties_may_belong_to_every_message() -> None:
    with pytest.raises(ProcessFailed, match="at 'Ready': its correlation key has no value"):
        run_stored(KEYED.replace("correlationPropertyRef", "documentation")).start({})


def test_keys_that_are_not_refused_still_work() -> None:
    model = ENGINE.compile_stored(KEYED.replace("</process>", "<odd/></process>"), "p", CURRENT)
    assert model.correlation_keys("next", {"a": 1}) == {"K": "[1]"}


# --- files that cannot be read ---


@pytest.mark.parametrize(("bpmn_xml", "key"), [("no XML", "p"), (draw("start > end"), "other"), ("<a/>", "p")])
def test_every_step_on_a_model_that_cannot_be_read_fails(
    bpmn_xml: str, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    run = started(draw("start > Ready > end\nReady: receiveTask message=ready", key))
    model = store(run, bpmn_xml, key)
    assert model.key == key
    assert model.correlation_keys("ready", {}) == {}
    with pytest.raises(ProcessFailed, match=f"its process model '{key}' cannot be read"):
        run.trigger(run.wait_at("Ready"))
    for start in (None, "start"):
        with pytest.raises(ProcessFailed, match="cannot be read"):
            run_stored(bpmn_xml, key).start({}, start)
    for elements in (model.catch_elements, model.start_elements, model.task_elements):
        assert elements["Ready"].element_id == "Ready"
    assert "cannot be read" in caplog.text


def test_a_token_at_an_element_that_the_file_no_longer_has_fails() -> None:
    run = started(draw("start > Ready > end\nReady: receiveTask message=ready"))
    store(run, draw("start > end"))
    with pytest.raises(ProcessFailed, match="has no such element"):
        run.trigger(run.wait_at("Ready"))


# --- the parser has no refusal that is not tested here ---


@pytest.mark.parametrize("case", REFUSED_CASES, ids=lambda case: case.title)
def test_every_refused_case_starts_or_fails(case: Case) -> None:
    for key in process_keys(case.bpmn_xml):
        model = ENGINE.compile_stored(case.bpmn_xml, key, CURRENT)
        run = EngineRun(ENGINE, LoadedModels({f"pm_{key}": model}, {key: f"pm_{key}"}), f"pm_{key}")
        try:
            run.start({}, next(iter(model.start_elements), None))
        except ProcessFailed:
            continue


def process_keys(bpmn_xml: str) -> list[str]:
    return [process.get("id") or "" for process in etree.fromstring(bpmn_xml.encode()).iter("{*}process")]


def refusal_sites() -> set[tuple[str, int, int]]:
    """Return the file, and the first and last line, of each call in the parser that refuses a part of a model."""
    return {
        (str(path), call.lineno, call.end_lineno or call.lineno)
        for path in Path(parsing_package.__path__[0]).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and (call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", None))
        in ("refuse", "_refuse")
        # Stored processes run whatever this attribute says.
        and "isExecutable" not in ast.unparse(call)
    }


def callers(frame: FrameType | None) -> Iterator[tuple[str, int]]:
    while frame is not None:
        yield frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back


def test_stored_models_with_each_refusal_of_the_parser_are_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new refusal needs a model in ``refusals`` or a refused case: instances of stored models must survive it."""
    lines: set[tuple[str, int]] = set()
    refuse = BpmnDocument.refuse

    def record(self: BpmnDocument, *arguments: Any, **options: Any) -> None:
        lines.update(callers(sys._getframe(1)))
        refuse(self, *arguments, **options)

    monkeypatch.setattr(BpmnDocument, "refuse", record)
    monkeypatch.setattr(parser, "MAX_NODES", 20)
    files = [refusal.bpmn_xml for refusal in NODES]
    files += [draw(change.after) for change in WAITING]
    files += [case.bpmn_xml for case in REFUSED_CASES]
    files += [changed(old, new) for old, new, _ in OUTSIDE]
    files += [KEYED.replace(old, new) for old, new, _ in KEYS]
    files += [KEYED.replace("correlationPropertyRef", "documentation"), DUPLICATE, MISPLACED, UNUSABLE]
    files.append(draw(" > ".join(f"Task{number}" for number in range(21))))
    for file in files:
        for key in process_keys(file):
            for meaning in range(FIRST, CURRENT + 1):
                ENGINE.compile_stored(file, key, meaning)
    ENGINE.compile_stored(COMPENSATED, "p", FIRST)
    ENGINE.compile_stored(next(refusal.bpmn_xml for refusal in NODES if refusal.name == "listener"), "p", FIRST)
    untested = {
        f"{Path(path).name}:{first}"
        for path, first, last in refusal_sites()
        if not any((path, line) in lines for line in range(first, last + 1))
    }
    assert untested == set()
