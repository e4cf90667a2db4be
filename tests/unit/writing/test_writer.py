"""The writer: batches, order, locks, refused and deferred commands, lost claims and transactions, and its close."""

import asyncio
from collections.abc import Sequence
from contextvars import ContextVar
from functools import partial
from typing import Any

import pytest

from bpmn_events.application.counters import Counters
from bpmn_events.application.ports.deferral import Deferral
from bpmn_events.application.ports.transaction import Transaction, TransactionLost
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.writing.batch_handler import BatchHandler, no_locks
from bpmn_events.application.writing.writer import MAX_LONG_QUEUE, Writer
from bpmn_events.domain.errors import Conflict, EngineUnavailable
from tests.unit.writing.fakes import LOST, FakeStore, RecordingHandler


async def gather(*results: Any) -> list[Any]:
    return await asyncio.gather(*results, return_exceptions=True)


async def test_a_lone_command_is_a_batch_of_one() -> None:
    store, handler, counters = FakeStore(), RecordingHandler(), Counters()
    assert await Writer(store, counters=counters).submit(handler.handler, "a") == "done a"
    assert handler.batches == [["a"]]
    assert [len(each) for each in store.committed] == [1]
    assert counters.cells.read()[0].numbers["batch_commands",][0] == 1


async def test_commands_that_arrive_during_a_commit_share_the_next_one() -> None:
    store, handler = FakeStore(gate=asyncio.Event()), RecordingHandler()
    writer = Writer(store)
    first = asyncio.create_task(writer.submit(handler.handler, "a"))
    await store.committing.wait()
    others = [asyncio.create_task(writer.submit(handler.handler, each)) for each in "bcd"]
    await asyncio.sleep(0)
    assert store.gate is not None
    store.gate.set()
    assert await gather(first, *others) == ["done a", "done b", "done c", "done d"]
    assert handler.batches == [["a"], ["b", "c", "d"]]
    assert len(store.committed) == 2


async def test_a_batch_has_at_most_its_largest_size() -> None:
    handler = RecordingHandler()
    writer = Writer(FakeStore(), max_batch=2)
    assert await gather(*(writer.submit(handler.handler, each) for each in "abcde")) == [
        f"done {each}" for each in "abcde"
    ]
    assert handler.batches == [["a", "b"], ["c", "d"], ["e"]]


async def test_consecutive_commands_with_one_handler_are_handled_together_and_in_order() -> None:
    store, first, second = FakeStore(), RecordingHandler(), RecordingHandler()
    writer = Writer(store)
    plan = [(first, "a"), (first, "b"), (second, "c"), (first, "d")]
    await gather(*(writer.submit(handler.handler, command) for handler, command in plan))
    assert first.batches == [["a", "b"], ["d"]]
    assert second.batches == [["c"]]
    # One transaction, and each batch is written before the next one is handled.
    assert [[each.delivered_events for each in written] for written in store.committed] == [[["a", "b"], ["c"], ["d"]]]


async def test_an_exclusive_command_shares_no_batch() -> None:
    store, handler = FakeStore(), RecordingHandler()
    writer = Writer(store)
    submit = partial(writer.submit, handler.handler)
    await gather(submit("a"), submit("b", exclusive=True), submit("c", exclusive=True), submit("d"), submit("e"))
    assert handler.batches == [["a"], ["b"], ["c"], ["d", "e"]]
    assert len(store.committed) == 1


async def test_a_refused_command_does_not_affect_the_others() -> None:
    store, handler = FakeStore(), RecordingHandler()
    writer = Writer(store)
    outcomes = await gather(*(writer.submit(handler.handler, each) for each in ("a", "refuse", "b")))
    assert outcomes[0] == "done a"
    assert isinstance(outcomes[1], Conflict)
    assert outcomes[2] == "done b"
    assert len(store.committed) == 1


async def test_after_a_failed_batch_each_command_gets_a_transaction_of_its_own() -> None:
    store, handler = FakeStore(), RecordingHandler()
    writer = Writer(store)
    outcomes = await gather(*(writer.submit(handler.handler, each) for each in ("a", "break", "b")))
    assert outcomes[0] == "done a"
    assert isinstance(outcomes[1], ZeroDivisionError)
    assert outcomes[2] == "done b"
    assert handler.batches == [["a", "break", "b"], ["a"], ["break"], ["b"]]
    assert [[each.delivered_events for each in written] for written in store.committed] == [[["a"]], [["b"]]]


async def test_a_lost_claim_is_tried_again() -> None:
    store, handler = FakeStore(failures=[LOST]), RecordingHandler()
    assert await Writer(store).submit(handler.handler, "a") == "done a"
    assert handler.batches == [["a"], ["a"]]
    assert (store.rolled_back, len(store.committed)) == (1, 1)


async def test_a_claim_that_is_lost_several_times_is_a_retryable_conflict() -> None:
    store, handler = FakeStore(failures=[LOST] * 20), RecordingHandler()
    with pytest.raises(Conflict, match="try again") as refused:
        await Writer(store).submit(handler.handler, "a")
    assert refused.value.retryable
    assert len(handler.batches) == 5
    assert store.committed == []


async def test_another_failure_is_not_tried_again() -> None:
    store, handler = FakeStore(failures=[OSError("disk")]), RecordingHandler()
    with pytest.raises(OSError, match="disk"):
        await Writer(store).submit(handler.handler, "a")
    assert handler.batches == [["a"]]


async def test_a_failure_after_a_lost_claim_ends_the_attempts() -> None:
    store, handler = FakeStore(failures=[LOST, OSError("disk"), None]), RecordingHandler()
    with pytest.raises(OSError, match="disk"):
        await Writer(store).submit(handler.handler, "a")
    assert len(handler.batches) == 2


async def test_listeners_get_committed_write_sets_and_cannot_fail_the_command(caplog: pytest.LogCaptureFixture) -> None:
    store, handler = FakeStore(failures=[LOST]), RecordingHandler()
    writer, heard = Writer(store), list[list[str]]()

    def broken(_write_set: WriteSet) -> None:
        raise RuntimeError("a broken listener")

    async def listen(write_set: WriteSet) -> None:
        heard.append(write_set.delivered_events)

    writer.add_commit_listener(broken)
    writer.add_commit_listener(listen)
    await writer.submit(handler.handler, "a")
    assert heard == [["a"]]
    assert "A commit listener failed" in caplog.text


async def test_a_cancelled_caller_does_not_affect_the_others() -> None:
    store, handler = FakeStore(), RecordingHandler()
    writer = Writer(store)
    leaving = asyncio.create_task(writer.submit(handler.handler, "a"))
    staying = asyncio.create_task(writer.submit(handler.handler, "b"))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == "done b"
    assert [[each.delivered_events for each in written] for written in store.committed] == [[["a", "b"]]]


async def test_closing_finishes_submitted_commands_and_refuses_new_ones() -> None:
    store, handler = FakeStore(gate=asyncio.Event()), RecordingHandler()
    writer = Writer(store)
    submitted = asyncio.create_task(writer.submit(handler.handler, "a"))
    await store.committing.wait()
    waiting = asyncio.create_task(writer.submit(handler.handler, "b"))
    await asyncio.sleep(0)
    closing = asyncio.create_task(writer.close())
    for _ in range(10):
        await asyncio.sleep(0)
    assert not closing.done(), "the writer was closed during a commit"
    with pytest.raises(Conflict, match="shutting down") as refused:
        await writer.submit(handler.handler, "c")
    assert refused.value.retryable
    assert store.gate is not None
    store.gate.set()
    await closing
    assert (submitted.done(), waiting.done()) == (True, True)
    assert await gather(submitted, waiting) == ["done a", "done b"]
    assert len(store.committed) == 2
    assert store.open_now == 0


async def test_closing_a_writer_without_work_ends_at_once() -> None:
    await Writer(FakeStore()).close()


async def test_more_commands_than_may_wait_are_refused() -> None:
    store, handler = FakeStore(gate=asyncio.Event()), RecordingHandler()
    writer = Writer(store, max_queue=2)
    first = asyncio.create_task(writer.submit(handler.handler, "a"))
    await store.committing.wait()
    others = [asyncio.create_task(writer.submit(handler.handler, each)) for each in "bcd"]
    await asyncio.sleep(0)
    assert store.gate is not None
    store.gate.set()
    outcomes = await gather(first, *others)
    assert outcomes[:3] == ["done a", "done b", "done c"]
    assert isinstance(outcomes[3], EngineUnavailable)
    assert not outcomes[3].outcome_unknown


async def test_a_lost_transaction_is_run_again_as_a_whole() -> None:
    store, handler = FakeStore(commit_failures=[TransactionLost()]), RecordingHandler()
    writer = Writer(store)
    assert await gather(*(writer.submit(handler.handler, each) for each in "ab")) == ["done a", "done b"]
    assert handler.batches == [["a", "b"], ["a", "b"]]
    assert (store.rolled_back, len(store.committed)) == (1, 1)


@pytest.mark.parametrize(
    ("failures", "is_unknown"),
    [
        ([TransactionLost(), TransactionLost()], False),
        ([TransactionLost(), EngineUnavailable()], False),
        ([TransactionLost(is_final=False), TransactionLost()], True),
        ([TransactionLost(is_final=False), EngineUnavailable()], True),
        ([TransactionLost(), TransactionLost(is_final=False)], True),
        ([TransactionLost(), EngineUnavailable(outcome_unknown=True)], True),
        ([EngineUnavailable()], False),
        ([EngineUnavailable(outcome_unknown=True)], True),
    ],
)
async def test_a_batch_that_cannot_be_committed_says_if_its_outcome_is_unknown(
    failures: list[Exception | None], is_unknown: bool
) -> None:
    store, handler = FakeStore(commit_failures=list(failures)), RecordingHandler()
    writer = Writer(store)
    outcomes = await gather(*(writer.submit(handler.handler, each) for each in "ab"))
    assert [each.outcome_unknown for each in outcomes] == [is_unknown, is_unknown]
    assert handler.batches == [["a", "b"]] * len(failures)
    assert outcomes[0] is not outcomes[1]
    assert await writer.submit(handler.handler, "c") == "done c"


async def test_commands_that_wait_behind_an_unusable_database_are_refused_at_once() -> None:
    store, handler = FakeStore(commit_failures=[EngineUnavailable(outcome_unknown=True)]), RecordingHandler()
    writer = Writer(store, max_batch=1)
    outcomes = await gather(*(writer.submit(handler.handler, each) for each in "abc"))
    assert [each.outcome_unknown for each in outcomes] == [True, False, False]
    assert handler.batches == [["a"]]


async def test_all_locks_are_taken_before_the_first_command_is_handled() -> None:
    store, first, second = FakeStore(needs_locks=True), RecordingHandler(), RecordingHandler()
    writer = Writer(store)
    await gather(
        writer.submit(first.handler, "b"), writer.submit(second.handler, "a"), writer.submit(first.handler, "c")
    )
    assert store.locked == [["a", "b", "c"]]


async def test_a_command_whose_locks_others_hold_does_not_affect_the_others() -> None:
    store, handler = FakeStore(needs_locks=True, taken=frozenset({"b"})), RecordingHandler()
    writer = Writer(store)
    outcomes = await gather(*(writer.submit(handler.handler, each) for each in "abc"))
    assert (outcomes[0], outcomes[2]) == ("done a", "done c")
    assert isinstance(outcomes[1], EngineUnavailable)
    assert not outcomes[1].outcome_unknown
    assert handler.batches == [["a", "c"]]


async def test_a_deferred_command_runs_in_the_next_transaction() -> None:
    store, handler = FakeStore(), RecordingHandler(deferrals={"b": [Deferral()]})
    writer = Writer(store, max_batch=2)
    outcomes = await gather(*(writer.submit(handler.handler, each) for each in "abcd"))
    assert outcomes == [f"done {each}" for each in "abcd"]
    assert handler.batches == [["a", "b"], ["b", "c"], ["d"]]


async def test_a_command_that_is_deferred_for_ever_is_a_retryable_conflict() -> None:
    store, handler = FakeStore(), RecordingHandler(deferrals={"a": [Deferral() for _ in range(9)]})
    with pytest.raises(Conflict, match="try again") as refused:
        await Writer(store).submit(handler.handler, "a")
    assert refused.value.retryable
    assert len(handler.batches) == 5


async def test_a_deferred_command_waits_while_others_run() -> None:
    ready = asyncio.Event()
    store, handler = FakeStore(), RecordingHandler(deferrals={"a": [Deferral(ready.wait)]})
    writer = Writer(store)
    waiting = asyncio.create_task(writer.submit(handler.handler, "a"))
    assert await writer.submit(handler.handler, "b") == "done b"
    assert not waiting.done()
    closing = asyncio.create_task(writer.close())
    ready.set()
    assert await waiting == "done a"
    await closing


async def test_the_wait_of_a_deferred_command_may_fail() -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    handler = RecordingHandler(deferrals={"a": [Deferral(fail)]})
    with pytest.raises(ZeroDivisionError):
        await Writer(FakeStore()).submit(handler.handler, "a")


async def test_the_changes_of_a_handler_that_defers_its_batch_are_dropped() -> None:
    deferrals = [Deferral()]

    async def handle(_transaction: Transaction, write_set: WriteSet, commands: Sequence[str]) -> list[Any]:
        write_set.delivered_events.append(f"{len(deferrals)} left")
        if deferrals:
            raise deferrals.pop()
        return list(commands)

    store = FakeStore()
    assert await Writer(store).submit(BatchHandler(no_locks, handle), "a", exclusive=True) == "a"
    assert [[each.delivered_events for each in written] for written in store.committed] == [[], [["0 left"]]]


async def test_a_transaction_takes_a_limited_number_of_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bpmn_events.application.writing.locks.MAX_LOCKS", 2)
    store, handler = FakeStore(needs_locks=True), RecordingHandler()
    writer = Writer(store)
    outcomes = await gather(*(writer.submit(handler.handler, each) for each in "abcde"))
    assert outcomes == [f"done {each}" for each in "abcde"]
    assert store.locked == [["a", "b"], ["c", "d"], ["e"]]


async def test_deferred_commands_keep_their_order() -> None:
    store, handler = FakeStore(), RecordingHandler(deferrals={each: [Deferral()] for each in "abc"})
    writer = Writer(store)
    await gather(*(writer.submit(handler.handler, each) for each in "abcd"))
    assert handler.batches == [["a", "b", "c", "d"], ["a", "b", "c"]]


async def test_commands_that_take_long_take_turns_with_the_others() -> None:
    store, handler = FakeStore(), RecordingHandler(long="xyz")
    writer = Writer(store, max_batch=3)
    outcomes = await gather(*(writer.submit(handler.handler, each) for each in "xyabzcd"))
    assert outcomes == [f"done {each}" for each in "xyabzcd"]
    assert handler.batches == [
        ["x", "y", "a"],
        ["x alone"],
        ["b", "z", "c"],
        ["y alone"],
        ["d"],
        ["z alone"],
    ]


async def test_a_command_without_others_may_take_long_at_once() -> None:
    handler = RecordingHandler(long="x")
    assert await Writer(FakeStore()).submit(handler.handler, "x") == "done x"
    assert handler.batches == [["x alone"]]


async def test_commands_that_run_one_by_one_leave_those_that_take_long_for_later() -> None:
    store, handler = FakeStore(failures=[LOST]), RecordingHandler(long="x")
    writer = Writer(store)
    assert await gather(*(writer.submit(handler.handler, each) for each in "xab")) == ["done x", "done a", "done b"]
    assert handler.batches == [["x", "a", "b"], ["x"], ["a"], ["b"], ["x alone"]]


async def test_only_so_many_commands_that_take_long_may_wait() -> None:
    handler = RecordingHandler(long=[f"long {number}" for number in range(MAX_LONG_QUEUE + 2)])
    writer = Writer(FakeStore())
    results = await gather(*(writer.submit(handler.handler, each) for each in handler.long))
    assert [result for result in results if isinstance(result, EngineUnavailable)] == results[MAX_LONG_QUEUE:]
    assert results[:MAX_LONG_QUEUE] == [f"done long {number}" for number in range(MAX_LONG_QUEUE)]


async def test_a_command_that_takes_long_does_not_run_after_its_caller_has_gone() -> None:
    store, handler = FakeStore(gate=asyncio.Event()), RecordingHandler(long="xyz")
    writer = Writer(store)
    callers = [asyncio.create_task(writer.submit(handler.handler, command)) for command in "axyz"]
    await store.committing.wait()
    callers[2].cancel()
    assert store.gate is not None
    store.gate.set()
    await asyncio.gather(*callers, return_exceptions=True)
    assert handler.batches == [["a", "x", "y", "z"], ["x alone"], ["z alone"]]


async def test_an_outage_refuses_the_commands_that_take_long_as_well() -> None:
    store, handler = FakeStore(commit_failures=[None, EngineUnavailable()]), RecordingHandler(long="xy")
    writer = Writer(store, max_batch=2)
    outcomes = await gather(*(writer.submit(handler.handler, each) for each in "xyab"))
    assert all(isinstance(outcome, EngineUnavailable) for outcome in outcomes)
    assert handler.batches == [["x", "y"], ["x alone"]]
    await writer.close()


async def test_a_transaction_that_has_taken_long_leaves_the_other_commands_to_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bpmn_events.application.writing.writer.TURN_SECONDS", -1.0)
    store, first, second = FakeStore(), RecordingHandler(), RecordingHandler()
    writer = Writer(store)
    commands = [(first, "a"), (second, "b"), (first, "c"), (first, "d")]
    await gather(*(writer.submit(handler.handler, each) for handler, each in commands))
    assert (first.batches, second.batches) == ([["a"], ["c", "d"]], [["b"]])
    assert len(store.committed) == 3


async def test_an_outage_ends_the_attempts_for_the_other_commands_of_a_failed_batch() -> None:
    outage = EngineUnavailable()
    store, handler = FakeStore(failures=[LOST], commit_failures=[outage]), RecordingHandler()
    writer = Writer(store)
    outcomes = await gather(*(writer.submit(handler.handler, each) for each in "abc"))
    assert all(isinstance(outcome, EngineUnavailable) for outcome in outcomes)
    assert handler.batches == [["a", "b", "c"], ["a"]]


async def test_a_failure_that_is_no_outage_refuses_only_its_batch() -> None:
    store, handler = FakeStore(commit_failures=[EngineUnavailable(is_outage=False)]), RecordingHandler()
    writer = Writer(store, max_batch=1)
    outcomes = await gather(*(writer.submit(handler.handler, each) for each in "ab"))
    assert isinstance(outcomes[0], EngineUnavailable)
    assert outcomes[1] == "done b"


async def test_a_lock_that_was_busy_is_not_waited_for_again() -> None:
    store, handler = FakeStore(needs_locks=True, taken=frozenset({"b"})), RecordingHandler()
    writer = Writer(store)
    for _ in range(2):
        with pytest.raises(EngineUnavailable, match="Another server has been busy") as refused:
            await writer.submit(handler.handler, "b")
        assert not refused.value.is_outage
    assert (store.waited_for, len(store.locked)) == (1, 3)
    assert await writer.submit(handler.handler, "a") == "done a"
    assert store.waited_for == 2


async def test_the_writer_has_no_context_of_a_caller() -> None:
    seen: list[str | None] = []
    variable: ContextVar[str | None] = ContextVar("variable", default=None)

    async def handle(_transaction: Transaction, _write_set: WriteSet, commands: Sequence[str]) -> list[Any]:
        seen.append(variable.get())
        return list(commands)

    variable.set("of the caller")
    await Writer(FakeStore()).submit(BatchHandler(no_locks, handle), "a")
    assert seen == [None]
