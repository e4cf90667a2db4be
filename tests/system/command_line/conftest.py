"""Fixtures of the tests of commands."""

import asyncio
from pathlib import Path

import pytest

from tests.system.command_line.sending import Sender


@pytest.fixture
def sender(url: str, tmp_path: Path) -> Sender:
    """Return a sender whose processes wait, once with SQLite and once with PostgreSQL."""
    sender = Sender(tmp_path, url)
    asyncio.run(sender.prepare())
    return sender
