"""Connections that break without a sign, between a client that keeps a list current and a server."""

import asyncio
from collections.abc import Awaitable, Callable

from tests.support.polling import poll_until
from tests.support.unreliable_proxy import UnreliableProxy
from tests.system.client import Client


async def outlive_silences(
    proxy: UnreliableProxy,
    caller: Client,
    correlations: tuple[str, str],
    wait_until_current: Callable[[], Awaitable[None]],
    quiet_seconds: float,
) -> None:
    """Check that a client gives up connections that are silent, but not those with heartbeats.

    Args:
        proxy: Between the client and the server. It was frozen before the client started.
        caller: Triggers what the client shall see.
        correlations: Where "first" of the process "two-steps" waits.
        wait_until_current: Waits until the client shows what waits.
        quiet_seconds: How long only heartbeats come. It is longer than the patience of the client.
    """
    await poll_until(lambda: proxy.connections >= 2)
    proxy.thaw()
    await wait_until_current()
    await caller.trigger("two-steps", correlations[0], "first")
    await wait_until_current()
    connections = proxy.connections
    await asyncio.sleep(quiet_seconds)
    assert proxy.connections == connections
    proxy.freeze()
    await caller.trigger("two-steps", correlations[1], "first")
    await poll_until(lambda: proxy.connections >= connections + 2)
    proxy.thaw()
    await wait_until_current()
