"""A program that subscribes with gql, and continues after the last cursor whenever its connection ends.

usage: python over_websocket.py ADDRESS COUNT TOKEN...

Each connection takes the next token, and then the last one. It writes a line of JSON for the first connection, each
change and each end of a connection, and ends after COUNT changes.
"""

import asyncio
import json
import sys
from typing import Any

from gql import Client, gql
from gql.transport.exceptions import TransportError
from gql.transport.websockets import WebsocketsTransport

QUERY = """
subscription Changes($after: String) {
  waitingEventChanges(filter: { search: "resume" }, after: $after) {
    __typename
    ... on WaitingEventAdded { event { correlation { id } } cursor }
    ... on WaitingEventRemoved { cursor }
    ... on Error { code message }
  }
}
"""


def write(**line: Any) -> None:
    print(json.dumps(line), flush=True)


async def main(address: str, count: str, *tokens: str) -> None:
    remaining, seen, after = list(tokens), 0, None
    write(started=True)
    while True:
        token = remaining.pop(0) if len(remaining) > 1 else remaining[0]
        transport = WebsocketsTransport(
            url=f"{address.replace('http', 'ws', 1)}/graphql", init_payload={"Authorization": f"Bearer {token}"}
        )
        try:
            async with Client(transport=transport) as session:
                async for result in session.subscribe(gql(QUERY), variable_values={"after": after}):
                    change = result["waitingEventChanges"]
                    after = change.get("cursor", after)
                    write(change=change["event"]["correlation"]["id"] if "event" in change else change["__typename"])
                    seen += 1
                    if seen == int(count):
                        return
        except (TransportError, OSError) as error:
            closing = error.__cause__ or error
            write(closed=getattr(closing, "code", None), reason=str(closing))
        await asyncio.sleep(0.3)


asyncio.run(main(*sys.argv[1:]))
