"""The probe of the writer, for the readiness check."""

import asyncio
from collections.abc import Sequence

from bpmn_events.application.ports.deferral import Deferral
from bpmn_events.application.ports.transaction import Transaction
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.writing.batch_handler import BatchHandler, no_locks
from bpmn_events.application.writing.writer import Writer
from bpmn_events.domain.errors import DomainError

# The readiness check allows a probe 1.5 seconds.
_PATIENCE_SECONDS = 1.0


class WriteProbe:
    """Finds out whether the database accepts writes. All that ask at the same time share one transaction."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._running: asyncio.Future[None] | None = None

    async def __call__(self) -> None:
        """Commit a transaction that writes nothing of meaning, after the commands that wait for the writer.

        Do not wait for a step of a process that takes long. It has a transaction, so the database accepted one.

        Raises:
            EngineUnavailable: The database accepts no writes at the moment.
            Conflict: The server is shutting down.
        """
        if self._running is None or self._running.done():
            self._running = asyncio.ensure_future(self._writer.submit(_HANDLER, None, exclusive=True))
            self._running.add_done_callback(_retrieve_exception)
        done, _ = await asyncio.wait((self._running,), timeout=_PATIENCE_SECONDS)
        if done or not self._writer.runs_long_command:
            await asyncio.shield(self._running)


async def _draw_position(
    transaction: Transaction, _write_set: WriteSet, _commands: Sequence[None]
) -> list[DomainError | Deferral | None]:
    await transaction.draw_position()
    return [None]


def _retrieve_exception(probe: "asyncio.Future[None]") -> None:
    """Take the exception of a probe that nobody waits for any more, which asyncio would log otherwise."""
    if not probe.cancelled():
        probe.exception()


_HANDLER: BatchHandler[None, None] = BatchHandler(no_locks, _draw_position)
