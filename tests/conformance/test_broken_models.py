"""Files with random changes: each is refused or runs. A stored one is never refused, and its instances go on."""

from random import Random
from typing import cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from bpmn_events.adapters.hosts.embedded.engine import EmbeddedEngine
from bpmn_events.adapters.hosts.embedded.engine_port import MissingModel
from bpmn_events.adapters.hosts.embedded.model.graph import ProcessGraph
from bpmn_events.adapters.hosts.embedded.model.meaning import CURRENT
from bpmn_events.adapters.hosts.embedded.steps import TaskWait, Wait
from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.domain.errors import InvalidProcessModel, ProcessFailed
from tests.conformance.engine_run import EngineRun
from tests.conformance.script import cases
from tests.support.examples import examples

FILES = [case.bpmn_xml for case in cases()]
ACCEPTED = [case.bpmn_xml for case in cases() if "refused " not in case.script]
TEXTS = ("", "true", "0", "-1", "${x}", "= x", "x", "${", "R/PT1S", "PT1H", "p", "é", "9" * 30)


def _break(root: etree._Element, random: Random) -> None:
    """Change one attribute, text, tag or position of an element."""
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    element, other = random.choice(elements), random.choice(elements)
    attribute = random.choice([*element.attrib, "id", "sourceRef", "attachedToRef", "instantiate", "default"])
    match random.randrange(6):
        case 0:
            element.attrib.pop(attribute, None)
        case 1:
            element.set(attribute, random.choice(TEXTS))
        case 2:
            element.set(attribute, other.get("id") or "p")
        case 3:
            element.text = random.choice(TEXTS)
        case 4:
            element.tag = other.tag
        case 5 if element is not root and element not in other.iterancestors() and element is not other:
            other.append(element)


@given(file=st.sampled_from(FILES), seed=st.integers(0, 2**32), changes=st.integers(1, 3))
@settings(max_examples=examples(300), deadline=None, suppress_health_check=list(HealthCheck))
def test_a_broken_file_is_refused_or_runs(file: str, seed: int, changes: int) -> None:
    random, root = Random(seed), etree.fromstring(file.encode())
    for _ in range(changes):
        _break(root, random)
    try:
        run = EngineRun.load(EmbeddedEngine(JsonSchemas()), etree.tostring(root, encoding="unicode"))
        _start(run, random)
        _go_on(run, random, 4)
    except (InvalidProcessModel, ProcessFailed, MissingModel):
        pass


@given(file=st.sampled_from(ACCEPTED), seed=st.integers(0, 2**32), changes=st.integers(1, 3))
@settings(max_examples=examples(300), deadline=None, suppress_health_check=list(HealthCheck))
def test_instances_of_a_stored_file_that_is_broken_now_go_on_or_fail(file: str, seed: int, changes: int) -> None:
    """Only parts that a token would enter fail, with a typed error: nothing else stops the server."""
    random, engine, root = Random(seed), EmbeddedEngine(JsonSchemas()), etree.fromstring(file.encode())
    for _ in range(changes):
        _break(root, random)
    broken = etree.tostring(root, encoding="unicode")
    try:
        run = EngineRun.load(engine, file)
        if random.random() < 0.8:
            _start(run, random)
            _go_on(run, random, random.randrange(4))
        run.models.by_id |= {
            key: engine.compile_stored(broken, key.removeprefix("pm_"), CURRENT) for key in run.models.by_id
        }
        if run.step is None:
            _start(run, random)
        elif not _all_known(run):
            return
        _go_on(run, random, 4)
    except (ProcessFailed, MissingModel):
        pass


def _start(run: EngineRun, random: Random) -> None:
    starts = list(run.models.by_id[run.first].start_elements)
    run.start({"x": 1, "items": [1]}, random.choice(starts) if starts else None)


def _go_on(run: EngineRun, random: Random, steps: int) -> None:
    for _ in range(steps):
        if run.state is None:
            return
        if (run.tasks and random.random() < 0.5) or not run.waits:
            run.finish(random.choice(run.tasks).id, {})
        else:
            run.trigger(random.choice(run.waits).id, {})


def _all_known(run: EngineRun) -> bool:
    """Return True if events and tasks can still wait where they do: the change was no other id or kind of element.

    A refused element is always known.
    """
    return all(
        [
            *(_is_known(run, wait, "catch_elements") for wait in run.waits),
            *(_is_known(run, task, "task_elements") for task in run.tasks),
        ]
    )


def _is_known(run: EngineRun, item: Wait | TaskWait, elements: str) -> bool:
    model = run.models.by_id[run.instances[item.instance_id].process_model_id]
    is_known = item.element_id in getattr(model, elements)
    node = cast("ProcessGraph", model).nodes.get(item.element_id)
    assert is_known or node is None or node.refusal is None
    return is_known
