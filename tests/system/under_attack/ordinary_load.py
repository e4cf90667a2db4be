"""Ordinary callers, each of which triggers one event again and again, until the process is killed.

``python -m tests.system.under_attack.ordinary_load ADDRESS KEY CALLERS`` runs them. Each caller pauses after each
response, so that callers and server share a machine of two processors.
"""

import asyncio
import sys

from tests.system.client import Client

_PAUSE_SECONDS = 0.1
AGAIN = """
start > U > end
U: userTask
again: boundaryEvent on=U interrupting=no message=again
again > end2
"""


async def _call(client: Client, key: str, correlation: str) -> None:
    while True:
        await client.trigger_over_rest(key, correlation, "again")
        await asyncio.sleep(_PAUSE_SECONDS)


async def _main(address: str, key: str, callers: int) -> None:
    async with Client.of(address) as client:
        await asyncio.gather(*(_call(client, key, f"ordinary-{number}") for number in range(callers)))


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
