"""Report the events that have waited for too long. Needs Python 3.11 and nothing else.

The exit code is that of a monitoring plugin: 0 if there are none, 1 (warning) if there are some, and 3 (unknown) if the
server did not say.
"""

import argparse
import json
import re
import sys
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

NONE, WARNING, UNKNOWN = 0, 1, 3
LIST = """
query WaitsTooLong($filter: WaitingEventFilter, $after: String) {
  waitingEvents(first: 200, after: $after, filter: $filter) {
    ... on WaitingEventConnection {
      pageInfo { hasNextPage endCursor }
      nodes { id elementId name waitingSince lane processModel { key } correlation { id } }
    }
    ... on Error { message }
  }
}
"""
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


class Unknown(Exception):
    """The server did not say what waits."""


def duration(text: str) -> timedelta:
    """Return the duration in a text such as 30m, 8h, 2d or 1w."""
    match = re.fullmatch(r"([1-9]\d{0,5})([mhdw])", text)
    if match is None:
        raise argparse.ArgumentTypeError("takes a number and m, h, d or w, such as 2d")
    return int(match[1]) * _UNITS[match[2]]


def list_waiting(address: str, token: str, filter: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the waiting events of the filter, those that have waited longest first."""
    after = None
    while True:
        page = _execute(address, token, {"filter": filter, "after": after})["waitingEvents"]
        if "nodes" not in page:
            raise Unknown(page["message"])
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def _execute(address: str, token: str, variables: dict[str, Any]) -> Any:
    body = json.dumps({"query": LIST, "variables": variables}).encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    request = urllib.request.Request(f"{address.rstrip('/')}/graphql", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            result = json.load(response)
    except (OSError, ValueError) as error:  # no connection, no success, or no JSON
        raise Unknown(str(error)) from None
    if result.get("data") is None:
        raise Unknown(result["errors"][0]["message"])
    return result["data"]


def describe(event: dict[str, Any], now: datetime) -> str:
    """Return the line about an event."""
    waited = now - datetime.fromisoformat(event["waitingSince"])
    hours = waited.seconds // 3600
    since = f"{waited.days} d {hours} h" if waited.days else f"{hours} h {waited.seconds % 3600 // 60} min"
    lane = f", lane {event['lane']}" if event["lane"] else ""
    what = event["name"] or event["elementId"]
    where = f"{event['processModel']['key']}, {event['correlation']['id']}"
    return f"{where}: {what!r} waits for {since} ({event['id']}{lane})"


def main() -> int:
    """Run the program, and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", help="the server, such as http://127.0.0.1:8000")
    parser.add_argument("--longer-than", type=duration, required=True, metavar="D", help="such as 30m, 8h, 2d or 1w")
    parser.add_argument("--model", action="append", metavar="KEY", help="only of this process model; may be repeated")
    parser.add_argument("--token-file", type=Path, required=True, help="a file with a token for events:read")
    arguments = parser.parse_args()
    now = datetime.now(UTC)
    filter: dict[str, Any] = {"waitingSinceBefore": (now - arguments.longer_than).isoformat()}
    if arguments.model:
        filter["processModelKeys"] = arguments.model
    count = 0
    try:
        token = arguments.token_file.read_text("utf-8").strip()
        for event in list_waiting(arguments.address, token, filter):
            print(describe(event, now))
            count += 1
    except (Unknown, OSError) as error:
        print(f"waits_too_long: {error}", file=sys.stderr)
        return UNKNOWN
    return WARNING if count else NONE


if __name__ == "__main__":
    sys.exit(main())
