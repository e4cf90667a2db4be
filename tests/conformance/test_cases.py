"""The conformance cases: one small model per construct and behaviour (the folder ``cases``)."""

import pytest

from bpmn_events.adapters.hosts.embedded.engine_port import Engine
from tests.conformance.host_driver import HostPlayer
from tests.conformance.script import Case, cases, play


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.topic}: {case.title}")
def test_model_runs_as_drawn(case: Case, engine: Engine) -> None:
    play(case, case.bpmn_xml, engine)


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.topic}: {case.title}")
def test_model_runs_as_drawn_in_a_host(case: Case, host_player: HostPlayer) -> None:
    host_player.play(case, case.bpmn_xml)
