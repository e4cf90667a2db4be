"""Rounds of concurrent work."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar

T = TypeVar("T")


async def run_round(work: Iterable[Awaitable[T]]) -> list[T]:
    """Await everything concurrently, and return the results in order.

    If something fails, its error is raised only after everything else has ended: the next round starts with none of
    this one still under way.
    """
    results: list[T] = []
    for result in await asyncio.gather(*work, return_exceptions=True):
        if isinstance(result, BaseException):
            raise result
        results.append(result)
    return results
