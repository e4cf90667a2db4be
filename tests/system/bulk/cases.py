"""Instances that wait, and the lines and requests that trigger their events."""

import asyncio
import json
from typing import Any

from tests.api.tokens import token
from tests.system.client import START, Client
from tests.system.models import TWO_STEPS

KEY = "two-steps"
_CALLERS = 32


async def start_cases(address: str, count: int) -> None:
    """Start instances that wait at ``first``, in the correlations c-0, c-1, and so on."""
    async with Client.of(address) as client:
        await client.deploy_and_start(TWO_STEPS, KEY)
        numbers = iter(range(count))

        async def start() -> None:
            for number in numbers:
                result = await client.graphql(START, input={"processModelKey": KEY, "correlationId": f"c-{number}"})
                assert result["__typename"] == "StartProcessInstanceSuccess", result

        await asyncio.gather(*(start() for _ in range(_CALLERS)))


def line(number: int, event: str = "first", **optional: Any) -> bytes:
    """Return the line that triggers an event of a case, with an idempotency key."""
    fields = {"processModelKey": KEY, "correlationId": f"c-{number}", "eventId": event}
    return json.dumps({**fields, "idempotencyKey": f"{event}-{number}", **optional}).encode() + b"\n"


def head(address: str, *fields: str, bearer: str | None = None) -> bytes:
    """Return the header of a request whose body is chunked."""
    lines = [
        "POST /events/trigger HTTP/1.1",
        f"Host: {address.removeprefix('http://')}",
        f"Authorization: Bearer {token() if bearer is None else bearer}",
        "Content-Type: application/x-ndjson",
        "Transfer-Encoding: chunked",
        *fields,
        "",
        "",
    ]
    return "\r\n".join(lines).encode()


def chunk(data: bytes) -> bytes:
    """Return a chunk of a body; the last one without data."""
    return b"%x\r\n%b\r\n" % (len(data), data)
