"""Send a signed call to a receiver for each event that begins or stops to wait.

The calls are CloudEvents 1.0 (JSON, structured mode), signed as Standard Webhooks 1.0.0 specifies. Each change is
delivered at least once and in order: the cursor is stored when the receiver has accepted the call. Needs httpx.
"""

import argparse
import base64
import hashlib
import hmac
import json
import logging
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx

LIST = """
query ($after: String) { waitingEvents(first: 200, after: $after) {
  ... on WaitingEventConnection {
    changesCursor pageInfo { hasNextPage endCursor }
    nodes {
      id elementId elementType name eventType eventName lane interrupting dueAt waitingSince payloadSchema
      viewerCanTrigger processModel { key } processInstance { id } correlation { id }
    }
  }
  ... on Error { code message }
} }
"""
TYPE = "bpmn-events.waiting-event."
# The server sends something at least every 12 seconds.
SILENCE_SECONDS = 40.0
FIRST_PAUSE_SECONDS, LAST_PAUSE_SECONDS = 0.5, 60.0


class Change(NamedTuple):
    """An event of the stream: ``added``, ``removed``, ``expired`` or ``cursor``, with the cursor after it."""

    name: str
    cursor: str
    data: dict[str, Any]


class Server:
    """The server whose events are watched. The token is read again for each request, as it may be replaced."""

    def __init__(self, address: str, token_file: Path) -> None:
        self.address = address
        self._token_file = token_file
        self._http = httpx.Client(base_url=address, timeout=httpx.Timeout(10.0, read=SILENCE_SECONDS))

    def list_waiting(self) -> tuple[str, list[dict[str, Any]]]:
        """Return what waits, and the cursor after which the changes of this list begin."""
        events: list[dict[str, Any]] = []
        cursor, after = "", None
        while True:
            body = {"query": LIST, "variables": {"after": after}}
            answer = self._http.post("/graphql", json=body, headers=self._headers()).raise_for_status()
            try:
                response = answer.json()
            except ValueError:
                raise httpx.HTTPError("the list is no JSON: perhaps a proxy has answered") from None
            if "errors" in response:
                raise httpx.HTTPError(response["errors"][0]["message"])
            page = response["data"]["waitingEvents"]
            if "code" in page:
                raise httpx.HTTPError(page["message"])
            # The first page's: what changes while the other pages are read is among the changes.
            cursor = cursor or page["changesCursor"]
            events += [_as_in_stream(node) for node in page["nodes"]]
            if not page["pageInfo"]["hasNextPage"]:
                return cursor, events
            after = page["pageInfo"]["endCursor"]

    def changes(self, after: str) -> Iterator[Change]:
        """Yield the changes after the cursor, until the connection ends."""
        headers = {**self._headers(), "Accept": "text/event-stream", "Last-Event-ID": after}
        with self._http.stream("GET", "/events/changes", headers=headers) as response:
            response.raise_for_status()
            rest = b""
            for part in response.iter_bytes():  # not iter_lines, which also splits at other characters
                *blocks, rest = (rest + part).split(b"\n\n")
                for block in blocks:
                    fields = dict(line.split(": ", 1) for line in block.decode().split("\n") if ": " in line)
                    if "data" in fields:
                        yield Change(fields["event"], fields["id"], json.loads(fields["data"]))

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token_file.read_text().strip()}"}


class Receiver:
    """The receiver of the calls."""

    def __init__(self, url: str, secret: str, source: str) -> None:
        self._url = url
        self._key = base64.b64decode(secret.removeprefix("whsec_"))
        self._source = source
        self._http = httpx.Client(timeout=20.0)

    def send(self, kind: str, event_id: str, data: dict[str, Any]) -> None:
        """Send a call until the receiver accepts it. Each attempt has the same id, by which a receiver ignores copies.

        Raises:
            SystemExit: The receiver wants no more calls (410).
        """
        call_id = f"{event_id}-{kind}"
        event = {
            "specversion": "1.0",
            "id": call_id,
            "source": self._source,
            "type": TYPE + kind,
            "subject": event_id,
            "datacontenttype": "application/json",
            "data": data,
        }
        if "waitingSince" in data:
            event["time"] = data["waitingSince"]
        body = json.dumps(event, separators=(",", ":")).encode()
        for pause in pauses():
            if self._is_accepted(call_id, body):
                return
            time.sleep(pause)

    def _is_accepted(self, call_id: str, body: bytes) -> bool:
        try:
            response = self._http.post(self._url, content=body, headers=self._headers(call_id, body))
        except httpx.HTTPError as error:
            logging.warning("%s: %r", call_id, error)
            return False
        if response.status_code == httpx.codes.GONE:
            raise SystemExit("The receiver wants no more calls.")
        if not response.is_success:
            logging.warning("%s: the receiver responded with %s", call_id, response.status_code)
        return response.is_success

    def _headers(self, call_id: str, body: bytes) -> dict[str, str]:
        timestamp = str(int(time.time()))
        signed = b".".join((call_id.encode(), timestamp.encode(), body))
        signature = base64.b64encode(hmac.digest(self._key, signed, hashlib.sha256)).decode()
        return {
            "Content-Type": "application/cloudevents+json",
            "webhook-id": call_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": f"v1,{signature}",
        }


def pauses() -> Iterator[float]:
    """Yield growing pauses, with a random part so that several programs do not retry at the same moment."""
    pause = FIRST_PAUSE_SECONDS
    while True:
        yield pause * random.uniform(0.5, 1.0)
        pause = min(pause * 2, LAST_PAUSE_SECONDS)


def run(server: Server, receiver: Receiver, cursor_file: Path) -> None:
    """Deliver until the program is ended. It may be killed at any moment and started again."""
    cursor = cursor_file.read_text() if cursor_file.exists() else None
    waiting = pauses()
    while True:
        try:
            if cursor is None:
                cursor, events = server.list_waiting()
                for event in events:
                    receiver.send("added", event["id"], event)
                store(cursor_file, cursor)
            for change in server.changes(cursor):
                waiting = pauses()
                if change.name == "expired":
                    cursor = None
                    break
                if change.name in {"added", "removed"}:
                    data = change.data
                    receiver.send(change.name, data["id"] if change.name == "added" else data["eventId"], data)
                cursor = change.cursor
                store(cursor_file, cursor)
        except httpx.HTTPError as error:
            logging.warning("The server: %r", error)
        time.sleep(next(waiting))


def store(file: Path, cursor: str) -> None:
    """Replace the file at once, so that a crash leaves either the old cursor or the new one."""
    new = file.with_suffix(".new")
    with new.open("w") as stream:
        stream.write(cursor)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)


def _as_in_stream(node: dict[str, Any]) -> dict[str, Any]:
    """Return an event of the list as the stream has it: with the ids of related objects."""
    model, instance, correlation = node.pop("processModel"), node.pop("processInstance"), node.pop("correlation")
    ids = {"processModelKey": model["key"], "processInstanceId": instance["id"], "correlationId": correlation["id"]}
    return node | ids


def main() -> None:
    """Run the program with the arguments of the command line and the secret of the environment.

    Raises:
        SystemExit: The secret is missing or is none, a file cannot be read or written, or the receiver wants no more
            calls. The reason is the message, and the exit code is 1.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("server", help="the address of the server, such as https://events.example.com")
    parser.add_argument("receiver", help="the URL that is called")
    parser.add_argument("--token-file", type=Path, required=True, help="a file with a token that has events:read")
    parser.add_argument("--cursor-file", type=Path, default=Path("cursor"), help="where the progress is stored")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    try:
        receiver = Receiver(arguments.receiver, os.environ["WEBHOOK_SECRET"], arguments.server)
    except (KeyError, ValueError):
        raise SystemExit("WEBHOOK_SECRET is not set to whsec_ and a key in base64.") from None
    try:
        run(Server(arguments.server, arguments.token_file), receiver, arguments.cursor_file)
    except OSError as error:
        raise SystemExit(str(error)) from None
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
