"""The probe of the writer, for the readiness check."""

from collections.abc import Sequence

from bpmn_events.application.ports.transaction import Transaction
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.writing.batch_handler import BatchHandler, Deferral, no_locks
from bpmn_events.application.writing.writer import Writer
from bpmn_events.domain.errors import DomainError


async def probe_writing(writer: Writer) -> None:
    """Commit a transaction that writes nothing of meaning, after the commands that wait for the writer.

    Raises:
        EngineUnavailable: The database accepts no writes at the moment.
        Conflict: The server is shutting down.
    """
    await writer.submit(_HANDLER, None, exclusive=True)


async def _draw_position(
    transaction: Transaction, _write_set: WriteSet, _commands: Sequence[None]
) -> list[DomainError | Deferral | None]:
    await transaction.draw_position()
    return [None]


_HANDLER: BatchHandler[None, None] = BatchHandler(no_locks, _draw_position)
