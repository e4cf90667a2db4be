"""Open stores, and what to put into them."""

import pytest

from bpmn_events.adapters.storage.database import Database
from tests.contract.storage.samples import World


@pytest.fixture
def world(database: Database) -> World:
    return World(database)
