"""Models as common modelers save them (the folder ``modelers``)."""

from pathlib import Path

import pytest

from bpmn_events.adapters.hosts.embedded.engine_port import Engine
from tests.conformance.host_driver import HostPlayer
from tests.conformance.script import Case, cases, play

FOLDER = Path(__file__).parent / "modelers"


@pytest.mark.parametrize("case", cases(FOLDER), ids=lambda case: case.title)
def test_model_runs_as_drawn(case: Case, engine: Engine) -> None:
    play(case, (FOLDER / case.title).read_text("utf-8"), engine)


@pytest.mark.parametrize("case", cases(FOLDER), ids=lambda case: case.title)
def test_model_runs_as_drawn_in_a_host(case: Case, host_player: HostPlayer) -> None:
    host_player.play(case, (FOLDER / case.title).read_text("utf-8"))


def test_lanes_and_topics_are_read(engine: Engine) -> None:
    [studio] = engine.compile((FOLDER / "bpmn-studio.bpmn").read_text("utf-8")).models
    assert {element.lane for element in studio.task_elements.values()} == {"Default_Test_Lane"}
    assert studio.catch_elements["Boundary_timeout"].lane == "Default_Test_Lane"
    assert studio.catch_elements["IntermediateCatchEvent_wait"].lane is None
    [cloud] = engine.compile((FOLDER / "camunda-cloud.bpmn").read_text("utf-8")).models
    assert {element.topic for element in cloud.task_elements.values()} == {"charge-card", None}
    [platform] = engine.compile((FOLDER / "camunda-platform.bpmn").read_text("utf-8")).models
    assert platform.task_elements["Activity_remind"].topic == "mail"
