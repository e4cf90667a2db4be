"""Tickets: credentials for a request that cannot have a header, such as those of a browser's EventSource.

A token must not be in an address, because addresses are logged and remembered. A ticket may: it is worth one request
within a short time. The server stores only its hash.
"""

import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from bpmn_events.application.ports.clock import Clock
from bpmn_events.application.ports.deferral import Deferral
from bpmn_events.application.ports.transaction import Transaction, ticket_lock
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.writing.batch_handler import BatchHandler, no_locks
from bpmn_events.application.writing.writer import Writer
from bpmn_events.domain.access import require
from bpmn_events.domain.errors import BadTicket, DomainError
from bpmn_events.domain.principal import Permission, Principal, Ticket

_BYTES = 32
_FORM = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class IssuedTicket:
    """A new ticket, and the instant after which it is refused."""

    text: str
    expires_at: datetime


class Tickets:
    """Issues tickets, and redeems each of them once, at whichever server of the database.

    Args:
        writer: The writer.
        clock: The current time.
        lifetime: How long a ticket can be redeemed; no longer than the credential of its caller.
    """

    def __init__(self, writer: Writer, clock: Clock, lifetime: timedelta) -> None:
        self._writer = writer
        self._clock = clock
        self._lifetime = lifetime

    async def issue(self, principal: Principal | None) -> IssuedTicket:
        """Return a new ticket that stands for the caller.

        Raises:
            Unauthorized: There is no authenticated principal.
            Forbidden: The principal lacks the permission ``events:read``.
            EngineUnavailable: The database cannot be used.
        """
        principal = require(principal, Permission.EVENTS_READ)
        text = secrets.token_urlsafe(_BYTES)
        expires_at = self._clock() + self._lifetime
        if principal.expires_at is not None:
            expires_at = min(expires_at, datetime.fromtimestamp(principal.expires_at, UTC))
        await self._writer.submit(_ADD, Ticket(_hash(text), principal, expires_at))
        return IssuedTicket(text, expires_at)

    async def redeem(self, text: str) -> Principal:
        """Return the caller for whom the ticket stands, and use it up.

        Raises:
            BadTicket: There is no such ticket any more, or it has expired.
            EngineUnavailable: The database cannot be used.
        """
        if not _FORM.fullmatch(text):
            raise BadTicket
        ticket = await self._writer.submit(_CLAIM, _hash(text))
        if ticket.expires_at <= self._clock():
            raise BadTicket
        return ticket.principal


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


async def _add(
    transaction: Transaction, _write_set: WriteSet, added: Sequence[Ticket]
) -> list[DomainError | Deferral | None]:
    await transaction.add_tickets(added)
    return [None] * len(added)


async def _find_locks(_transaction: Transaction, hashes: Sequence[str]) -> Sequence[Collection[str]]:
    return [(ticket_lock(identifier),) for identifier in hashes]


async def _claim(
    transaction: Transaction, _write_set: WriteSet, hashes: Sequence[str]
) -> list[Ticket | DomainError | Deferral]:
    claimed: dict[str, Ticket | DomainError | Deferral] = {**await transaction.claim_tickets(hashes)}
    return [claimed.pop(identifier, BadTicket()) for identifier in hashes]


_ADD: BatchHandler[Ticket, None] = BatchHandler(no_locks, _add)
_CLAIM: BatchHandler[str, Ticket] = BatchHandler(_find_locks, _claim)
