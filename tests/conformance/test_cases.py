"""Every construct and behaviour, by one small model each (the folder ``cases``)."""

import pytest

from bpmn_events.adapters.hosts.embedded.engine_port import Engine
from tests.conformance.hosted import Hosted
from tests.conformance.script import Case, cases, play


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.topic}: {case.title}")
def test_model_runs_as_drawn(case: Case, engine: Engine) -> None:
    play(case, case.bpmn_xml, engine)


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.topic}: {case.title}")
def test_model_runs_as_drawn_in_a_host(case: Case, hosted: Hosted) -> None:
    hosted.play(case, case.bpmn_xml)
