"""The one writer: batches, order, refusals, lost races, and an orderly end."""

import asyncio
from functools import partial
from typing import Any

import pytest

from bpmn_events.application.counters import Counters
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.writing.writer import Writer
from bpmn_events.domain.errors import Conflict
from tests.unit.writing.fakes import LOST, FakeStore, Recording


async def all_of(*answers: Any) -> list[Any]:
    return await asyncio.gather(*answers, return_exceptions=True)


async def test_a_lone_command_is_a_batch_of_one() -> None:
    store, handler, counters = FakeStore(), Recording(), Counters()
    assert await Writer(store, counters=counters).submit(handler, "a") == "done a"
    assert handler.batches == [["a"]]
    assert [len(each) for each in store.committed] == [1]
    assert counters.batches == {1: 1}


async def test_commands_that_arrive_during_a_commit_share_the_next_one() -> None:
    store, handler = FakeStore(gate=asyncio.Event()), Recording()
    writer = Writer(store)
    first = asyncio.create_task(writer.submit(handler, "a"))
    await store.committing.wait()
    others = [asyncio.create_task(writer.submit(handler, each)) for each in "bcd"]
    await asyncio.sleep(0)
    assert store.gate is not None
    store.gate.set()
    assert await all_of(first, *others) == ["done a", "done b", "done c", "done d"]
    assert handler.batches == [["a"], ["b", "c", "d"]]
    assert len(store.committed) == 2


async def test_a_batch_has_its_largest_size() -> None:
    handler = Recording()
    writer = Writer(FakeStore(), max_batch=2)
    assert await all_of(*(writer.submit(handler, each) for each in "abcde")) == [f"done {each}" for each in "abcde"]
    assert handler.batches == [["a", "b"], ["c", "d"], ["e"]]


async def test_neighbours_with_one_handler_are_handled_together_and_in_order() -> None:
    store, one, other = FakeStore(), Recording(), Recording()
    writer = Writer(store)
    plan = [(one, "a"), (one, "b"), (other, "c"), (one, "d")]
    await all_of(*(writer.submit(handler, command) for handler, command in plan))
    assert one.batches == [["a", "b"], ["d"]]
    assert other.batches == [["c"]]
    # One transaction, and each batch is written before the next one is handled.
    assert [[each.delivered_events for each in written] for written in store.committed] == [[["a", "b"], ["c"], ["d"]]]


async def test_an_exclusive_command_shares_no_batch() -> None:
    store, handler = FakeStore(), Recording()
    writer = Writer(store)
    submit = partial(writer.submit, handler)
    await all_of(submit("a"), submit("b", exclusive=True), submit("c", exclusive=True), submit("d"), submit("e"))
    assert handler.batches == [["a"], ["b"], ["c"], ["d", "e"]]
    assert len(store.committed) == 1


async def test_a_refusal_leaves_its_neighbours_alone() -> None:
    store, handler = FakeStore(), Recording()
    writer = Writer(store)
    answers = await all_of(*(writer.submit(handler, each) for each in ("a", "refuse", "b")))
    assert answers[0] == "done a"
    assert isinstance(answers[1], Conflict)
    assert answers[2] == "done b"
    assert len(store.committed) == 1


async def test_where_a_batch_fails_each_command_gets_a_transaction_of_its_own() -> None:
    store, handler = FakeStore(), Recording()
    writer = Writer(store)
    answers = await all_of(*(writer.submit(handler, each) for each in ("a", "break", "b")))
    assert answers[0] == "done a"
    assert isinstance(answers[1], ZeroDivisionError)
    assert answers[2] == "done b"
    assert handler.batches == [["a", "break", "b"], ["a"], ["break"], ["b"]]
    assert [[each.delivered_events for each in written] for written in store.committed] == [[["a"]], [["b"]]]


async def test_a_lost_claim_is_tried_again() -> None:
    store, handler = FakeStore(failures=[LOST]), Recording()
    assert await Writer(store).submit(handler, "a") == "done a"
    assert handler.batches == [["a"], ["a"]]
    assert (store.rolled_back, len(store.committed)) == (1, 1)


async def test_a_claim_that_is_lost_again_and_again_is_a_conflict_to_retry() -> None:
    store, handler = FakeStore(failures=[LOST] * 20), Recording()
    with pytest.raises(Conflict, match="try again") as refused:
        await Writer(store).submit(handler, "a")
    assert refused.value.retryable
    assert len(handler.batches) == 5
    assert store.committed == []


async def test_another_failure_is_not_tried_again() -> None:
    store, handler = FakeStore(failures=[OSError("disk")]), Recording()
    with pytest.raises(OSError, match="disk"):
        await Writer(store).submit(handler, "a")
    assert handler.batches == [["a"]]


async def test_a_failure_after_a_lost_claim_ends_the_attempts() -> None:
    store, handler = FakeStore(failures=[LOST, OSError("disk"), None]), Recording()
    with pytest.raises(OSError, match="disk"):
        await Writer(store).submit(handler, "a")
    assert len(handler.batches) == 2


async def test_listeners_learn_of_what_was_committed_and_cannot_hinder_it(caplog: pytest.LogCaptureFixture) -> None:
    store, handler = FakeStore(failures=[LOST]), Recording()
    writer, heard = Writer(store), list[list[str]]()

    def broken(_write_set: WriteSet) -> None:
        raise RuntimeError("a broken listener")

    async def listen(write_set: WriteSet) -> None:
        heard.append(write_set.delivered_events)

    writer.add_commit_listener(broken)
    writer.add_commit_listener(listen)
    await writer.submit(handler, "a")
    assert heard == [["a"]]
    assert "A commit listener failed" in caplog.text


async def test_a_caller_that_goes_away_hinders_nobody() -> None:
    store, handler = FakeStore(), Recording()
    writer = Writer(store)
    leaving = asyncio.create_task(writer.submit(handler, "a"))
    staying = asyncio.create_task(writer.submit(handler, "b"))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == "done b"
    assert [[each.delivered_events for each in written] for written in store.committed] == [[["a", "b"]]]


async def test_closing_waits_for_what_was_submitted_and_refuses_what_comes_after() -> None:
    store, handler = FakeStore(gate=asyncio.Event()), Recording()
    writer = Writer(store)
    submitted = asyncio.create_task(writer.submit(handler, "a"))
    await store.committing.wait()
    waiting = asyncio.create_task(writer.submit(handler, "b"))
    await asyncio.sleep(0)
    closing = asyncio.create_task(writer.close())
    for _ in range(10):
        await asyncio.sleep(0)
    assert not closing.done(), "it was closed over a commit that runs"
    with pytest.raises(Conflict, match="shutting down") as refused:
        await writer.submit(handler, "c")
    assert refused.value.retryable
    assert store.gate is not None
    store.gate.set()
    await closing
    assert (submitted.done(), waiting.done()) == (True, True)
    assert await all_of(submitted, waiting) == ["done a", "done b"]
    assert len(store.committed) == 2
    assert store.open_now == 0


async def test_closing_a_writer_without_work_ends_at_once() -> None:
    await Writer(FakeStore()).close()
