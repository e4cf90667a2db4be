"""The probe of the writer, for the readiness check."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import pytest

from bpmn_events.application.ports.transaction import Transaction, WriteStore
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.writing import probe
from bpmn_events.application.writing.batch_handler import BatchHandler, no_locks
from bpmn_events.application.writing.probe import WriteProbe
from bpmn_events.application.writing.writer import Writer
from tests.unit.writing.fakes import FakeStore


class _SlowCommand:
    """A handler whose command runs until ``end`` is set."""

    def __init__(self) -> None:
        self.begun, self.end = asyncio.Event(), asyncio.Event()
        self.handler: BatchHandler[str, str] = BatchHandler(no_locks, self._handle)

    async def _handle(self, _transaction: Transaction, _write_set: WriteSet, commands: Sequence[Any]) -> Sequence[str]:
        self.begun.set()
        await self.end.wait()
        return list(commands)


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "_PATIENCE_SECONDS", 0.0)


async def test_a_step_that_takes_long_does_not_make_the_writer_unready() -> None:
    slow, writer = _SlowCommand(), Writer(cast("WriteStore", FakeStore()))
    running = asyncio.create_task(writer.submit(slow.handler, "long"))
    await slow.begun.wait()
    await WriteProbe(writer)()
    slow.end.set()
    assert await running == "long"
    await writer.close()


async def test_a_commit_that_takes_long_does() -> None:
    store, slow = FakeStore(gate=asyncio.Event()), _SlowCommand()
    writer = Writer(cast("WriteStore", store))
    slow.end.set()
    running = asyncio.create_task(writer.submit(slow.handler, "long"))
    await store.committing.wait()
    waiting = asyncio.create_task(WriteProbe(writer)())
    for _ in range(10):
        await asyncio.sleep(0)
    assert not waiting.done()
    assert store.gate is not None
    store.gate.set()
    await asyncio.gather(running, waiting)
