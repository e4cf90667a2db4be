"""Tickets are claimed once, with the principal that they stand for."""

from bpmn_events.domain.principal import Permission, Principal, Ticket
from tests.contract.storage.samples import World, after

READER = Principal(
    "Zoë", frozenset({Permission.EVENTS_READ, "events:future"}), frozenset({"Sales", "*"}), 1_795_900_000
)
CLERK = Principal("clerk", frozenset(), frozenset())


def ticket(number: int, principal: Principal = CLERK, seconds: float = 30) -> Ticket:
    return Ticket(f"{number:064x}", principal, after(seconds))


async def test_a_ticket_is_claimed_once(world: World) -> None:
    tickets = {each.hash: each for each in (ticket(1, READER), ticket(2), ticket(3))}
    async with world.database.write_store.transaction() as transaction:
        await transaction.add_tickets(list(tickets.values()))
    first, second, third = tickets
    async with world.database.write_store.transaction() as transaction:
        claimed = await transaction.claim_tickets([first, second, "unknown"])
        assert claimed == {first: tickets[first], second: tickets[second]}
        assert claimed[first].principal.expires_at == READER.expires_at
        assert claimed[second].principal.expires_at is None
        assert await transaction.claim_tickets([first]) == {}
    async with world.database.write_store.transaction() as transaction:
        assert await transaction.claim_tickets(list(tickets)) == {third: tickets[third]}


async def test_a_claim_that_is_rolled_back_has_not_happened(world: World) -> None:
    (stored,) = tickets = [ticket(1)]
    async with world.database.write_store.transaction() as transaction:
        await transaction.add_tickets(tickets)
    try:
        async with world.database.write_store.transaction() as transaction:
            assert await transaction.claim_tickets([stored.hash])
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    async with world.database.write_store.transaction() as transaction:
        assert await transaction.claim_tickets([stored.hash]) == {stored.hash: stored}


async def test_old_tickets_are_deleted(world: World) -> None:
    tickets = [ticket(number, seconds=number) for number in range(5)]
    async with world.database.write_store.transaction() as transaction:
        await transaction.add_tickets(tickets)
        assert await transaction.delete_tickets(after(3), 2) == 2
        assert await transaction.delete_tickets(after(3), 2) == 1
        assert await transaction.delete_tickets(after(3), 2) == 0
        left = await transaction.claim_tickets([each.hash for each in tickets])
    assert set(left.values()) == set(tickets[3:])
