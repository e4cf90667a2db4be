"""Processes that compute without end fail, and nobody waits for them."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any

from tests.support.server import ServerProcess
from tests.system.client import START, Client
from tests.system.models import TWO_STEPS, endless

CASES = 6


async def send_all(requests: Sequence[tuple[str, Awaitable[Any]]]) -> list[tuple[str, Any]]:
    """Send all requests at once, and return the names and results in the order of the responses."""
    finished: list[tuple[str, Any]] = []

    async def send(name: str, request: Awaitable[Any]) -> None:
        finished.append((name, await request))

    await asyncio.gather(*(send(name, request) for name, request in requests))
    return finished


async def test_other_requests_do_not_wait_for_processes_that_compute_without_end(server: ServerProcess) -> None:
    async with Client.of(server.address) as client:
        cases = [f"c-{number}" for number in range(CASES)]
        await client.deploy_and_start(TWO_STEPS, "two-steps", *cases)
        await client.deploy_and_start(endless("intermediateCatchEvent message=go"), "endless", *cases)
        finished = await send_all(
            [
                *(("endless", client.trigger("endless", case, "Begin")) for case in cases),
                *(("ordinary", client.trigger("two-steps", case, "first")) for case in cases),
                ("health", client.http.get("/healthz")),
            ]
        )

        names = [name for name, _ in finished]
        before_second_failure = names[: names.index("endless", names.index("endless") + 1)]
        assert before_second_failure.count("ordinary") == CASES
        assert "health" in before_second_failure
        for name, result in finished:
            if name == "endless":
                assert result["code"] == "PROCESS_FAILED"
                assert "'Compute': it took too long without waiting for anything" in result["message"]
            elif name == "ordinary":
                assert result["__typename"] == "TriggerEventSuccess", result
            else:
                assert result.status_code == 200
        waiting = await client.list_events(processModelKeys=["endless"])
        assert sorted(event["correlation"]["id"] for event in waiting) == sorted(cases)


async def test_starts_of_processes_that_compute_without_end_fail(server: ServerProcess) -> None:
    async with Client.of(server.address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1")
        await client.deploy_and_start(endless("task", "at-once"), "at-once")
        start = {"processModelKey": "at-once"}
        starts = [("endless", client.graphql(START, input=start)) for _ in range(4)]
        finished = await send_all([*starts, ("ordinary", client.trigger("two-steps", "c-1", "first"))])
        assert [name for name, _ in finished].index("ordinary") < len(finished) - 1
        results = [result for name, result in finished if name == "endless"]
        assert [result["__typename"] for result in results] == ["ProcessFailedError"] * 4
