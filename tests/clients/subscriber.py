"""A program that subscribes, and prints a line of JSON for each change and each end of its connection."""

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from tests.support.server import ServerProcess
from tests.support.unreliable_proxy import Messages, unreliable_proxy
from tests.system.client import START, Client
from tests.system.models import TWO_STEPS

CHANGES = 12  # which a client receives before it ends
_PATIENCE_SECONDS = 120


@dataclass
class Subscriber:
    """A running program.

    Attributes:
        lines: Its output so far.
    """

    process: Process
    lines: list[dict[str, Any]] = field(default_factory=list)

    async def read(self) -> dict[str, Any] | None:
        """Return the next line; None at the end of the program."""
        assert self.process.stdout is not None
        text = await asyncio.wait_for(self.process.stdout.readline(), _PATIENCE_SECONDS)
        if not text:
            return None
        self.lines.append(json.loads(text))
        return self.lines[-1]

    async def read_until(self, name: str) -> Any:
        """Return the next value of this name."""
        while (line := await self.read()) is not None:
            if name in line:
                return line[name]
        raise AssertionError(self.lines)

    def values(self, name: str) -> list[Any]:
        return [line[name] for line in self.lines if name in line]


@asynccontextmanager
async def subscribing(*command: str | Path) -> AsyncIterator[Subscriber]:
    """Run a program. At the end, kill it if it still runs."""
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    try:
        yield Subscriber(process)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def start(client: Client, *correlations: str) -> None:
    """Start a process instance in each of the correlations."""
    for correlation in correlations:
        result = await client.graphql(START, input={"processModelKey": "two-steps", "correlationId": correlation})
        assert result["__typename"] == "StartProcessInstanceSuccess", result


async def wait_for_first(client: Client, subscriber: Subscriber, marker: str) -> None:
    """Start instances until the subscriber receives one of them."""
    reading = asyncio.create_task(subscriber.read_until("change"))
    for number in count():
        await start(client, f"resume {marker} {number}")
        done, _ = await asyncio.wait((reading,), timeout=0.5)
        if done:
            return


async def resume_after_cuts(
    server: ServerProcess, run: Callable[[str], AbstractAsyncContextManager[Subscriber]], name: str, end: bytes
) -> tuple[Subscriber, int]:
    """Cut the connection of a client after every five changes. It misses no change, and gets none twice.

    Args:
        server: The server, at which the client connects through a proxy.
        run: Runs the client at an address, until it has received ``CHANGES`` changes.
        name: The name of the client.
        end: The bytes with which the message of a change ends.

    Returns:
        The client after its end, and the number of cuts.
    """
    messages = Messages(5, marker=b'"cursor":', end=end)
    with unreliable_proxy(server.address, cut_after=messages) as proxy:
        async with Client.of(server.address) as client:
            await client.deploy_and_start(TWO_STEPS, "two-steps")
            async with run(proxy.address) as subscriber:
                await wait_for_first(client, subscriber, name)
                await start(client, *(f"resume {name} after {number}" for number in range(CHANGES)))
                while await subscriber.read() is not None:
                    pass
                assert len(subscriber.values("change")) == CHANGES
                await assert_complete(client, subscriber, f"resume {name}")
        assert proxy.cuts == CHANGES // 5
        return subscriber, proxy.cuts


async def assert_complete(client: Client, subscriber: Subscriber, search: str) -> None:
    """Check that the subscriber has received each event from its first one on, once and in order."""
    changes = subscriber.values("change")
    listed = [event["correlation"]["id"] for event in await client.list_events(search=search)]
    first = listed.index(changes[0])
    assert changes == listed[first : first + len(changes)]
