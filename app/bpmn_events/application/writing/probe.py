"""The probe of the writer, for the readiness check."""

from collections.abc import Sequence

from bpmn_events.application.ports.transaction import Transaction
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.writing.writer import Writer
from bpmn_events.domain.errors import DomainError


async def probe_writing(writer: Writer) -> None:
    """Run a transaction that changes nothing, after the commands that wait for the writer.

    Raises:
        EngineUnavailable: The database accepts no writes at the moment.
        Conflict: The server is shutting down.
    """
    await writer.submit(_do_nothing, None, exclusive=True)


async def _do_nothing(
    _transaction: Transaction, _write_set: WriteSet, commands: Sequence[None]
) -> list[DomainError | None]:
    return [None for _ in commands]
