"""The statements for tickets in a write transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import delete, insert, select

from bpmn_events.adapters.storage.connections.prepared import mark_reusable
from bpmn_events.adapters.storage.connections.statements import AnyRow
from bpmn_events.adapters.storage.schema.tables import tickets
from bpmn_events.adapters.storage.sql.sets import in_set
from bpmn_events.adapters.storage.transactions.write_connection import WriteConnection
from bpmn_events.application.ports.transaction import ClaimLost
from bpmn_events.domain.instants import instant, microseconds
from bpmn_events.domain.principal import Principal, Ticket

_table = tickets.c
_BY_HASH = mark_reusable(select(_table.hash, _table.expires_at, _table.principal).where(in_set(_table.hash, "hashes")))
_DELETE_BY_HASH = mark_reusable(delete(tickets).where(in_set(_table.hash, "hashes")))
_INSERT = mark_reusable(insert(tickets))


class _StoredPrincipal(msgspec.Struct):
    subject: str
    permissions: list[str]
    lanes: list[str]
    expires_at: float | None


class TicketStatements:
    """The part of a write transaction that is about tickets."""

    _connection: WriteConnection

    async def add_tickets(self, added: Sequence[Ticket]) -> None:
        await self._connection.run(_INSERT, [_row(ticket) for ticket in added])

    async def claim_tickets(self, hashes: Collection[str]) -> dict[str, Ticket]:
        # Most hashes are of existing tickets; to look first keeps invented ones from writing.
        found = await self._connection.fetch(_BY_HASH, {"hashes": list(hashes)})
        claimed = {row[0]: _ticket(row) for row in found}
        if claimed and await self._connection.run(_DELETE_BY_HASH, {"hashes": list(claimed)}) < len(claimed):
            raise ClaimLost
        return claimed

    async def delete_tickets(self, before: datetime, limit: int) -> int:
        expired = select(_table.hash).where(_table.expires_at < microseconds(before)).limit(limit)
        return await self._connection.run(delete(tickets).where(_table.hash.in_(expired)), {})


def _row(ticket: Ticket) -> dict[str, object]:
    principal = ticket.principal
    stored = _StoredPrincipal(
        principal.subject, sorted(principal.permissions), sorted(principal.lanes), principal.expires_at
    )
    return {
        "hash": ticket.hash,
        "expires_at": microseconds(ticket.expires_at),
        "principal": msgspec.json.encode(stored).decode(),
    }


def _ticket(row: AnyRow) -> Ticket:
    identifier, expires_at, text = row
    stored = msgspec.json.decode(text, type=_StoredPrincipal)
    principal = Principal(stored.subject, frozenset(stored.permissions), frozenset(stored.lanes), stored.expires_at)
    return Ticket(identifier, principal, instant(expires_at))
