"""Files with random changes: each is refused or runs."""

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from bpmn_events.adapters.hosts.embedded.engine import EmbeddedEngine
from bpmn_events.adapters.hosts.embedded.engine_port import MissingModel
from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.domain.errors import InvalidProcessModel, ProcessFailed
from tests.conformance.engine_run import EngineRun
from tests.conformance.script import cases
from tests.support.examples import examples

FILES = [case.bpmn_xml for case in cases()]
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
        starts = list(run.models.by_id[run.first].start_elements)
        run.start({"x": 1, "items": [1]}, random.choice(starts) if starts else None)
        for _ in range(4):
            if run.state is None:
                return
            if (run.tasks and random.random() < 0.5) or not run.waits:
                run.finish(random.choice(run.tasks).id, {})
            else:
                run.trigger(random.choice(run.waits).id, {})
    except (InvalidProcessModel, ProcessFailed, MissingModel):
        pass
