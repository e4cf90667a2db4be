"""Callers that start processes and go a few steps in them, so that something waits without a timer."""

import asyncio
from collections.abc import Sequence
from itertools import count
from random import Random

import httpx

from tests.conformance.drawing import draw
from tests.system.client import START, Client

KEY = "steps"
MODEL = draw(
    """
    start > Fork > First > Second > end
    Fork > Task > end
    Fork: parallelGateway
    First: intermediateCatchEvent message=first
    Second: intermediateCatchEvent message=second
    Task: userTask
    """,
    KEY,
)
_PAUSE_SECONDS = 0.05


class Steps:
    """Callers of several servers, which do not care whether a server answers."""

    def __init__(self, addresses: Sequence[str], callers: int, seed: int = 0) -> None:
        self._addresses = addresses
        self._callers = callers
        self._random = Random(seed)
        self._numbers = count()
        self._prefix = f"steps-{seed}"
        self._is_over = False
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Steps":
        self._tasks = [asyncio.create_task(self._call()) for _ in range(self._callers)]
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self._is_over = True
        await asyncio.gather(*self._tasks)

    async def _call(self) -> None:
        clients = [Client.of(address) for address in self._addresses]
        try:
            while not self._is_over:
                try:
                    await self._go(clients)
                except httpx.TransportError:
                    await asyncio.sleep(_PAUSE_SECONDS)
        finally:
            for client in clients:
                await client.http.aclose()

    async def _go(self, clients: Sequence[Client]) -> None:
        """Start a process, and trigger none, one or both of its events, at any of the servers."""
        correlation = f"{self._prefix}-{next(self._numbers)}"
        await self._random.choice(clients).graphql(START, input={"processModelKey": KEY, "correlationId": correlation})
        for event in ("First", "Second")[: self._random.randrange(3)]:
            await self._random.choice(clients).trigger(KEY, correlation, event)
        await asyncio.sleep(_PAUSE_SECONDS)
