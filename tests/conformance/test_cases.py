"""Every construct and behaviour, by one small model each (the folder ``cases``)."""

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bpmn_events.adapters.hosts.embedded.engine import EmbeddedEngine
from bpmn_events.adapters.hosts.embedded.engine_port import Engine
from bpmn_events.adapters.hosts.embedded.host import EmbeddedHost
from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.adapters.storage.database import open_database
from bpmn_events.application.writing.writer import Writer
from bpmn_events.domain.errors import InvalidProcessModel
from tests.conformance.hosted import HostDriver
from tests.conformance.script import Case, cases, check_refusal, play, take_steps
from tests.contract.host.stage import Clock, Stage


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.topic}: {case.title}")
def test_model_runs_as_drawn(case: Case, engine: Engine) -> None:
    play(case, case.bpmn_xml, engine)


@dataclass
class HostedStage:
    runner: asyncio.Runner
    stage: Stage


@pytest.fixture
def hosted(sqlite_template: Path, tmp_path: Path) -> Iterator[HostedStage]:
    """The embedded host over a fresh database."""
    shutil.copy(sqlite_template, tmp_path / "test.db")
    with asyncio.Runner() as runner:
        database, schemas, clock = open_database(f"sqlite+aiosqlite:///{tmp_path}/test.db"), JsonSchemas(), Clock()
        writer = Writer(database.writes)
        yield HostedStage(
            runner, Stage(EmbeddedHost(writer, EmbeddedEngine(schemas), schemas, clock), database.reads, clock)
        )
        runner.run(writer.close())
        runner.run(database.close())


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.topic}: {case.title}")
def test_model_runs_as_drawn_in_a_host(case: Case, hosted: HostedStage) -> None:
    runner, stage = hosted.runner, hosted.stage
    if case.refusals:
        with pytest.raises(InvalidProcessModel) as refusal:
            runner.run(stage.deploy_xml(case.bpmn_xml))
        check_refusal(case, refusal.value)
    else:
        models = runner.run(stage.deploy_xml(case.bpmn_xml))
        take_steps(case, HostDriver(runner, stage, models[0].key))
