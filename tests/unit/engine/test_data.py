"""Data associations and mappings: warnings about those without effect, and files of the first meaning."""

import pytest

from bpmn_events.adapters.hosts.embedded.engine import EmbeddedEngine
from bpmn_events.adapters.hosts.embedded.engine_port import LoadedModels
from bpmn_events.adapters.hosts.embedded.model.meaning import FIRST
from bpmn_events.adapters.json_schema import JsonSchemas
from tests.conformance.drawing import draw
from tests.conformance.engine_run import EngineRun

ENGINE = EmbeddedEngine(JsonSchemas())


def association(inner: str) -> str:
    return draw(
        f"""start > A > end
        A: userTask xml="<property id='P'/><dataOutputAssociation id='X'>{inner}</dataOutputAssociation>"
        S: dataStoreReference name=orders
        """
    )


def warnings(bpmn_xml: str) -> list[tuple[str | None, str]]:
    return [(warning.element_id, warning.message) for warning in ENGINE.compile(bpmn_xml).warnings]


@pytest.mark.parametrize(
    ("inner", "message"),
    [
        ("<sourceRef>x</sourceRef><targetRef>S</targetRef>", "the engine has no data stores"),
        ("<sourceRef>S</sourceRef><targetRef>x</targetRef>", "the engine has no data stores"),
        ("<assignment><from>a + 1</from><to>x</to></assignment>", "the text 'a + 1'"),
    ],
)
def test_an_association_without_its_likely_effect_is_a_warning(inner: str, message: str) -> None:
    [(element, warning)] = warnings(association(inner))
    assert element == "X"
    assert message in warning


@pytest.mark.parametrize(
    "inner",
    [
        "<sourceRef>P</sourceRef><targetRef>x</targetRef>",
        "<targetRef>S</targetRef>",
        "<sourceRef>A</sourceRef><targetRef>S</targetRef>",
        "<assignment><from>Good morning</from><to>x</to></assignment>",
        "<assignment><from>ok</from><to>x</to></assignment>",
    ],
)
def test_other_associations_are_no_warnings(inner: str) -> None:
    assert not warnings(association(inner))


def test_outputs_of_a_loop_without_an_item_are_a_warning() -> None:
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>{}</multiInstanceLoopCharacteristics>"
    output, item = "<loopDataOutputRef>all</loopDataOutputRef>", "<outputDataItem name='one'/>"
    for inner, number in ((output, 1), (item, 1), (output + item, 0), ("", 0)):
        assert len(warnings(draw(f'A: userTask xml="{loop.format(inner)}"'))) == number, inner


# --- files of the first meaning ---


def run_first(bpmn_xml: str, **variables: object) -> EngineRun:
    """Return a started execution of the processes `p` and `other` of a stored file of the first meaning."""
    keys = [key for key in ("p", "other") if f'<process id="{key}"' in bpmn_xml]
    models = {f"pm_{key}": ENGINE.compile_stored(bpmn_xml, key, FIRST) for key in keys}
    run = EngineRun(ENGINE, LoadedModels(models, {key: f"pm_{key}" for key in keys}), "pm_p")
    run.start(variables)
    return run


def test_a_call_of_the_first_meaning_passes_all_variables() -> None:
    run = run_first(
        draw(
            """start > Call > After
            Call: callActivity calls=other camunda:asyncBefore=true in=z:x
            After: userTask
            process other {
              startIn > Set > endIn
              Set: scriptTask script="y = x + 1"
            }"""
        ),
        x=1,
    )
    assert run.summary() == "[After]"
    assert run.root.variables == {"x": 1, "y": 2}


def test_data_associations_of_the_first_meaning_have_no_effect() -> None:
    run = run_first(
        draw(
            """start > A > B > C
            A: userTask out=y:x
            B: intermediateCatchEvent message=m out=y:x
            C: userTask"""
        ),
        x=1,
    )
    run.finish(run.task_at("A"), {"y": 2})
    run.trigger(run.wait_at("B"), {"y": 3})
    assert run.root.variables == {"x": 1, "y": 3}


def test_a_parameter_without_a_text_is_an_empty_text_in_the_first_meaning() -> None:
    run = run_first(
        draw(
            """start > A > B
            A: userTask ext="<camunda:inputOutput><camunda:outputParameter name='x'/></camunda:inputOutput>"
            B: userTask"""
        )
    )
    run.finish(run.task_at("A"), {})
    assert run.root.variables == {"x": ""}


def test_the_source_of_a_call_mapping_is_an_expression_in_the_first_meaning() -> None:
    call = "callActivity calls=other ext=\"<camunda:in source='order.id' target='y'/>\""
    run = run_first(draw(f"start > C\nC: {call}\nprocess other {{\nstartIn > A\nA: userTask\n}}"), order={"id": 7})
    assert run.summary() == "[A]"
    assert [dict(instance.variables) for instance in run.instances.values()][1] == {"y": 7}


def test_a_receive_task_that_begins_a_process_has_no_outputs_in_the_first_meaning() -> None:
    drawing = """A > B
    A: receiveTask message=m instantiate=true ext="<camunda:inputOutput><camunda:outputParameter name='y'>1\
</camunda:outputParameter></camunda:inputOutput>"
    B: userTask"""
    current = EngineRun.load(ENGINE, draw(drawing))
    current.start({"x": 1}, "A")
    assert current.root.variables == {"x": 1, "y": "1"}
    model = ENGINE.compile_stored(draw(drawing), "p", FIRST)
    first = EngineRun(ENGINE, LoadedModels({"pm_p": model}, {"p": "pm_p"}), "pm_p")
    first.start({"x": 1}, "A")
    assert first.root.variables == {"x": 1}
