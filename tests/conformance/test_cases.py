"""Every construct and behaviour, by one small model each (the folder ``cases``)."""

import pytest

from bpmn_events.application.ports.engine import Engine
from tests.conformance.script import Case, cases, play


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.topic}: {case.title}")
def test_model_runs_as_drawn(case: Case, engine: Engine) -> None:
    play(case, case.bpmn_xml, engine)
