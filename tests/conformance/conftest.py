"""The engines that are held to the suite: add another one here."""

import pytest

from bpmn_events.adapters.hosts.embedded.engine import EmbeddedEngine
from bpmn_events.adapters.hosts.embedded.engine_port import Engine
from bpmn_events.adapters.json_schema import JsonSchemas


@pytest.fixture(params=[EmbeddedEngine], ids=["embedded"])
def engine(request: pytest.FixtureRequest) -> Engine:
    made: Engine = request.param(JsonSchemas())
    return made
