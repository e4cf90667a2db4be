"""Fixture of the storage tests: an open database with helpers that fill it."""

import pytest

from bpmn_events.adapters.storage.database import Database
from tests.contract.storage.samples import World


@pytest.fixture
def world(database: Database) -> World:
    return World(database)
