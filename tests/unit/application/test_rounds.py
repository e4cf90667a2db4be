"""Rounds of concurrent work end as a whole."""

import asyncio

import pytest

from bpmn_events.application.background.rounds import run_round


async def test_results_have_the_order_of_the_work() -> None:
    async def after(turns: int) -> int:
        for _ in range(turns):
            await asyncio.sleep(0)
        return turns

    assert await run_round(after(turns) for turns in (3, 1, 2)) == [3, 1, 2]


async def test_an_error_is_raised_after_everything_else_has_ended() -> None:
    ended: list[str] = []

    async def fail() -> None:
        raise ZeroDivisionError

    async def go_on() -> None:
        for _ in range(3):
            await asyncio.sleep(0)
        ended.append("the other")

    with pytest.raises(ZeroDivisionError):
        await run_round([fail(), go_on()])
    assert ended == ["the other"]
