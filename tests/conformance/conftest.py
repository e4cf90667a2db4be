"""The engines that are held to the suite: add another one here."""

import pytest

from app.adapters.engines.embedded.engine import EmbeddedEngine
from app.adapters.json_schema import JsonSchemas
from app.application.ports.engine import Engine


@pytest.fixture(params=[EmbeddedEngine], ids=["embedded"])
def engine(request: pytest.FixtureRequest) -> Engine:
    made: Engine = request.param(JsonSchemas())
    return made
