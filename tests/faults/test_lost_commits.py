"""A COMMIT whose answer is lost, which is lost itself, or which stalls: every command takes effect at most once.

The server finds out what became of the transaction. Callers get the truth, or learn that the outcome is unknown; then
the same request under its idempotency key settles it.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from bpmn_events.adapters.storage.schema.migrate import migrate
from tests.api.rest.client import trigger_path
from tests.faults.answers import UNAVAILABLE, send
from tests.faults.cases import Case, CaseView, open_case
from tests.faults.operations import (
    ALL,
    FINISH_USER_TASK,
    MESSAGE,
    REPEATABLE,
    SIGNAL,
    START,
    THROWING_TRIGGER,
    TRIGGER,
    Operation,
)
from tests.faults.stage import Stage, open_prepared_stage
from tests.support.clock import Clock
from tests.support.databases.commit_proxy import CommitProxy, Fault
from tests.support.databases.postgres_pair import PostgresPair, running_pair

TOGETHER = 3
TRIGGER_MANY = """
mutation($inputs: [TriggerEventInput!]!) { triggerEvents(inputs: $inputs) { results {
  __typename ... on TriggerEventSuccess { trigger { id } } ... on Error { code message } } } }
"""


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime.now(UTC))


@pytest_asyncio.fixture
async def remote(proxy: CommitProxy, postgres_url: str, clock: Clock) -> AsyncIterator[Stage]:
    """Yield a server that reaches its database through the proxy."""
    async with open_prepared_stage(proxy.url(postgres_url), clock, database_timeout_seconds=1) as stage:
        yield stage


async def open_cases(stage: Stage, count: int) -> list[Case]:
    return [await open_case(stage.client, f"c-{number}") for number in range(count)]


async def view_all(stage: Stage, cases: list[Case]) -> list[CaseView]:
    return [await case.view(stage.client) for case in cases]


def effects(before: list[CaseView], after: list[CaseView]) -> list[Counter[str]]:
    """Return how the counters of each case have changed."""
    return [later.counters - earlier.counters for earlier, later in zip(before, after, strict=True)]


@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.COMMIT_LOST], ids=str)
@pytest.mark.parametrize("key", [None, "key"], ids=["without key", "with key"])
@pytest.mark.parametrize("operation", ALL, ids=str)
async def test_each_command_of_the_batch_takes_effect_once(
    remote: Stage, proxy: CommitProxy, operation: Operation, key: str | None, fault: Fault
) -> None:
    cases = await open_cases(remote, TOGETHER)
    before = await view_all(remote, cases)
    happened = proxy.arm(fault)
    answers = await asyncio.gather(
        *(
            send(remote.client, operation, case, key and f"{key}-{case.id}", view.ids)
            for case, view in zip(cases, before, strict=True)
        )
    )
    assert happened.is_set()
    assert [answer.code for answer in answers] == [None] * TOGETHER
    expected = [Counter({operation.counter: 1})] * TOGETHER
    assert effects(before, await view_all(remote, cases)) == expected

    if key is not None and operation.takes_key:
        for case, view in zip(cases, before, strict=True):
            again = await send(remote.client, operation, case, f"{key}-{case.id}", view.ids)
            assert (again.code, again.replayed) == (None, True), again.details
        assert effects(before, await view_all(remote, cases)) == expected


@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.COMMIT_LOST], ids=str)
async def test_many_triggers_of_one_request(remote: Stage, proxy: CommitProxy, fault: Fault) -> None:
    cases = await open_cases(remote, TOGETHER)
    before = await view_all(remote, cases)
    proxy.arm(fault)
    inputs = [TRIGGER.input(case, {}) for case in cases]
    payload = await remote.client.graphql(TRIGGER_MANY, inputs=inputs)
    assert [result["__typename"] for result in payload["results"]] == ["TriggerEventSuccess"] * TOGETHER
    assert effects(before, await view_all(remote, cases)) == [Counter(again=1)] * TOGETHER


@pytest.mark.parametrize("count", [2, 3])
async def test_the_rerun_of_a_lost_commit_may_lose_its_commit_too(
    remote: Stage, proxy: CommitProxy, count: int
) -> None:
    case = await open_case(remote.client, "c-1")
    before = await case.view(remote.client)
    proxy.arm(Fault.COMMIT_LOST, count=count)
    answer = await send(remote.client, TRIGGER, case, "key", before.ids)
    proxy.disarm()
    again = await send(remote.client, TRIGGER, case, "key", before.ids)
    assert answer.succeeded or answer.code == UNAVAILABLE, answer.details
    assert again.succeeded, again.details
    assert again.replayed or not answer.succeeded
    assert (await case.view(remote.client)).counters - before.counters == Counter(again=1)


@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.COMMIT_LOST], ids=str)
async def test_a_delivery_reaches_its_receiver_once(
    remote: Stage, proxy: CommitProxy, clock: Clock, fault: Fault
) -> None:
    cases = await open_cases(remote, TOGETHER)
    for case in cases:
        assert (await send(remote.client, THROWING_TRIGGER, case)).succeeded
    happened = proxy.arm(fault)
    for _ in range(3):  # a delivery that failed is postponed
        await remote.deliver()
        clock.advance(minutes=1)
    assert happened.is_set()
    for view in await view_all(remote, cases):
        assert (view.counters["noted"], view.triggers["note"]) == (1, 1)


@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.COMMIT_LOST], ids=str)
async def test_a_due_timer_fires_once(remote: Stage, proxy: CommitProxy, clock: Clock, fault: Fault) -> None:
    cases = await open_cases(remote, TOGETHER)
    clock.advance(hours=1)
    happened = proxy.arm(fault)
    for _ in range(3):  # a timer that failed is postponed
        await remote.fire()
        clock.advance(minutes=1)
    assert happened.is_set()
    for view in await view_all(remote, cases):
        assert (view.counters["rung"], view.triggers["ring"]) == (1, 1)


@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.COMMIT_LOST], ids=str)
async def test_expired_records_are_deleted_although_a_commit_fails(
    remote: Stage, proxy: CommitProxy, clock: Clock, fault: Fault
) -> None:
    case = await open_case(remote.client, "c-1")
    assert (await send(remote.client, TRIGGER, case, "key")).succeeded
    clock.now += timedelta(days=365)
    happened = proxy.arm(fault)
    await remote.runtime.retention.delete_expired()
    assert happened.is_set()
    await remote.runtime.retention.delete_expired()
    again = await send(remote.client, TRIGGER, case, "key")
    assert (again.code, again.replayed) == (None, False)


async def settle(stage: Stage, operation: Operation, case: Case, before: CaseView, key: str) -> None:
    """Repeat the request under its key: it is replayed if it took effect, else it takes effect now."""
    took_effect = (await case.view(stage.client)).counters - before.counters
    assert took_effect in (Counter(), Counter({operation.counter: 1}))
    again = await send(stage.client, operation, case, key, before.ids)
    assert again.succeeded, again.details
    assert again.replayed is bool(took_effect)
    assert (await case.view(stage.client)).counters - before.counters == Counter({operation.counter: 1})


@pytest.mark.parametrize("cut", [False, True], ids=["arrives late", "never arrives"])
@pytest.mark.parametrize("operation", [START, TRIGGER, FINISH_USER_TASK, MESSAGE, SIGNAL], ids=str)
async def test_the_outcome_of_a_commit_that_stalls_is_unknown_until_the_request_is_repeated(
    remote: Stage, proxy: CommitProxy, operation: Operation, cut: bool
) -> None:
    case = await open_case(remote.client, "c-1")
    before = await case.view(remote.client)
    proxy.arm(Fault.STALLED)
    answer = await send(remote.client, operation, case, "key", before.ids)
    assert (answer.code, answer.outcome_unknown) == (UNAVAILABLE, True), answer.details

    # Before the transaction has ended, nobody can tell. The server must not run the command a second time.
    early = await send(remote.client, operation, case, "key", before.ids)
    assert early.succeeded or early.code == UNAVAILABLE, early.details

    proxy.release(cut=cut)
    await settle_soon(remote, operation, case, before)


async def settle_soon(stage: Stage, operation: Operation, case: Case, before: CaseView) -> None:
    """Repeat the request until the database is free again, and check that it took effect once."""
    for _ in range(20):
        if (await send(stage.client, operation, case, "key", before.ids)).succeeded:
            break
    await settle(stage, operation, case, before, "key")


async def test_over_plain_http_an_unknown_outcome_is_503_and_the_key_settles_it(
    remote: Stage, proxy: CommitProxy
) -> None:
    case = await open_case(remote.client, "c-1")
    before = await case.view(remote.client)
    path, headers = trigger_path("work", case.id, "again"), {"Idempotency-Key": "key"}
    proxy.arm(Fault.STALLED)
    response = await remote.client.http.post(path, headers=headers)
    assert response.status_code == 503, response.text
    assert response.json()["outcomeUnknown"] is True
    assert int(response.headers["Retry-After"]) >= 1
    proxy.release()
    for _ in range(20):
        response = await remote.client.http.post(path, headers=headers)
        if response.status_code == 200:
            break
    assert response.status_code == 200, response.text
    assert (await case.view(remote.client)).counters - before.counters == Counter(again=1)


@pytest.fixture
def pair() -> Iterator[PostgresPair]:
    with running_pair() as running:
        yield running


async def test_a_commit_that_waits_for_an_absent_standby_is_not_acknowledged(pair: PostgresPair) -> None:
    url = pair.create_database()
    await migrate(pair.primary_url)
    async with open_prepared_stage(url, database_timeout_seconds=1) as stage:
        cases = await open_cases(stage, len(REPEATABLE))
        before = await view_all(stage, cases)
        pair.standby.kill()
        answers = await asyncio.gather(
            *(
                send(stage.client, operation, case, "key-" + case.id, view.ids)
                for operation, case, view in zip(REPEATABLE, cases, before, strict=True)
            )
        )
        assert {answer.code for answer in answers} == {UNAVAILABLE}
        assert answers[0].outcome_unknown

        await asyncio.to_thread(pair.standby.start)
        await asyncio.to_thread(pair.await_synchronous)
        for operation, case, view, answer in zip(REPEATABLE, cases, before, answers, strict=True):
            if not answer.outcome_unknown:
                assert (await case.view(stage.client)).counters == view.counters
            await settle(stage, operation, case, view, "key-" + case.id)
