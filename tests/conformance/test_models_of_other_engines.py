"""Test models of other engines: each runs as drawn, or is refused for the expected reasons (the folder ``models``).

The files are outside of the project, in ``../shared/bpmn``. Without that folder, these tests are skipped.
"""

from pathlib import Path

import pytest

from bpmn_events.adapters.hosts.embedded.engine_port import Engine
from tests.conformance.host_driver import HostPlayer
from tests.conformance.script import Case, cases, play

MODELS = Path(__file__).parents[3] / "shared" / "bpmn"
CASES = cases(Path(__file__).parent / "models")

pytestmark = pytest.mark.skipif(not MODELS.is_dir(), reason="the folder ../shared/bpmn with the models is not there")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.topic}/{case.title}")
def test_model_runs_as_drawn_or_is_refused(case: Case, engine: Engine) -> None:
    play(case, (MODELS / case.topic / case.title).read_text("utf-8"), engine)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.topic}/{case.title}")
def test_model_runs_as_drawn_or_is_refused_in_a_host(case: Case, host_player: HostPlayer) -> None:
    host_player.play(case, (MODELS / case.topic / case.title).read_text("utf-8"))


def test_every_model_has_its_case() -> None:
    models = {f"{file.parent.name}/{file.name}" for file in MODELS.rglob("*") if file.suffix in (".bpmn", ".xml")}
    assert models == {f"{case.topic}/{case.title}" for case in CASES}
