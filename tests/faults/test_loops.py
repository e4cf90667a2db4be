"""An element in a loop: a caller that names it gets the next occurrence, whoever took the previous one."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.faults.loops import LOOPS, TASK_LOOP, TURNS
from tests.faults.stage import Stage
from tests.system.client import DEPLOY, START, TRIGGER

ADDRESS = {"processModelKey": "loop", "correlationId": "c-1"}
FINISH = """
mutation($input: FinishUserTaskInput!) { finishUserTask(input: $input) {
  __typename ... on FinishTaskSuccess { task { id } } ... on Error { code message }
} }
"""
Request = Callable[[Stage], Awaitable[dict[str, Any]]]


async def trigger(stage: Stage) -> dict[str, Any]:
    result: dict[str, Any] = await stage.client.graphql(TRIGGER, input={**ADDRESS, "eventId": "wait"})
    return result


async def finish(stage: Stage) -> dict[str, Any]:
    result: dict[str, Any] = await stage.client.graphql(FINISH, input={**ADDRESS, "userTaskId": "work"})
    return result


async def start(stage: Stage, model: str) -> None:
    assert (await stage.client.graphql(DEPLOY, xml=model))["__typename"] == "DeployProcessModelSuccess"
    assert (await stage.client.graphql(START, input=ADDRESS))["__typename"] == "StartProcessInstanceSuccess"


@pytest.mark.parametrize("model", LOOPS.values(), ids=LOOPS.keys())
async def test_callers_at_once_get_one_occurrence_each(stage: Stage, rival: Stage, model: str) -> None:
    """Some come to one server and some to another, and some only after others have their answers."""
    await start(stage, model)

    async def call(number: int) -> list[str]:
        results = [await trigger((stage, rival)[(number + turn) % 2]) for turn in range(3)]
        return [result["trigger"]["eventId"] if "trigger" in result else result["code"] for result in results]

    for callers in (2, 20):
        triggered = [event_id for ids in await asyncio.gather(*map(call, range(callers))) for event_id in ids]
        assert all(event_id.startswith("we_") for event_id in triggered), triggered
        assert len(set(triggered)) == 3 * callers


async def test_callers_at_once_finish_one_task_each(stage: Stage, rival: Stage) -> None:
    await start(stage, TASK_LOOP)
    results = await asyncio.gather(*(finish(server) for server in (stage, rival) * 10))
    assert [result["__typename"] for result in results] == ["FinishTaskSuccess"] * 20
    assert len({result["task"]["id"] for result in results}) == 20


@pytest.fixture(params=["latest_models", "correlations_by_id"])
def before_the_reason(
    request: pytest.FixtureRequest, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Callable[[], Awaitable[object]]], None]:
    """Return a function that sets what happens each time the server has found nothing and reads the reason."""

    def set_event(happens: Callable[[], Awaitable[object]]) -> None:
        read_store: Any = stage.runtime.services.read_store
        read = getattr(read_store, request.param)

        async def read_after_the_event(keys: Any) -> Any:
            await happens()
            return await read(keys)

        monkeypatch.setattr(read_store, request.param, read_after_the_event)

    return set_event


@pytest.mark.parametrize(("take", "release"), [(trigger, finish), (finish, trigger)], ids=["event", "task"])
async def test_what_waits_again_before_the_reason_is_read_is_taken(
    stage: Stage, rival: Stage, take: Request, release: Request, before_the_reason: Callable[[Any], None]
) -> None:
    """The caller came while nothing waited, but must not get "already triggered" now that something waits."""
    await start(stage, TURNS)
    await trigger(rival)
    if take is finish:
        await finish(rival)
    before_the_reason(lambda: release(rival))
    result = await take(stage)
    assert result["__typename"] in ("TriggerEventSuccess", "FinishTaskSuccess"), result


@pytest.mark.parametrize(("take", "release"), [(trigger, finish), (finish, trigger)], ids=["event", "task"])
async def test_a_caller_that_is_never_first_may_try_again(
    stage: Stage, rival: Stage, take: Request, release: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something waits whenever the server looks, but another caller takes it each time."""
    await start(stage, TURNS)
    await trigger(rival)
    if take is finish:
        await finish(rival)
    read_store: Any = stage.runtime.services.read_store
    name = "waiting_events" if take is trigger else "open_tasks"
    look = getattr(read_store, name)

    async def look_and_miss(*arguments: Any) -> Any:
        await release(rival)
        found = await look(*arguments)
        await take(rival)
        return found

    monkeypatch.setattr(read_store, name, look_and_miss)
    result = await take(stage)
    assert (result["__typename"], result["code"]) == ("ConflictError", "CONFLICT")


async def test_the_reason_is_given_while_nothing_waits(stage: Stage, rival: Stage) -> None:
    await start(stage, TURNS)
    first = await trigger(rival)
    late = await trigger(stage)
    assert (late["__typename"], late["reason"]) == ("EventNotFoundError", "ALREADY_TRIGGERED")
    assert late["trigger"]["id"] == first["trigger"]["id"]
