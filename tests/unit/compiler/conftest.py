"""Fixture that collects garbage where its warnings are expected."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def collect_garbage() -> Iterator[None]:
    """Collect never-awaited coroutines at the end of the module, so that no other module gets their warnings."""
    yield
    gc.collect()
