"""A receiver of signed calls, which checks them as Standard Webhooks 1.0.0 and CloudEvents 1.0 say."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

KEY = b"a key of 24 bytes length"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
_TOLERANCE_SECONDS = 300


class Receiver(ThreadingHTTPServer):
    """The receiver, with the calls that it has accepted.

    Attributes:
        status: The status of its responses.
        refused: The ids of the calls that it has not accepted, in the order of the attempts.
        faults: What is wrong with calls.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 204
        self.accepted: list[dict[str, Any]] = []
        self.refused: list[str] = []
        self.faults: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/calls"

    def accepted_ids(self, kind: str) -> list[str]:
        """Return the ids of the waiting events in calls of that kind, each once."""
        name = f"bpmn-events.waiting-event.{kind}"
        return list(dict.fromkeys(call["subject"] for call in self.accepted if call["type"] == name))


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        receiver = cast(Receiver, self.server)
        size = int(self.headers["Content-Length"])
        body = self.rfile.read(size)
        if len(body) < size:  # the program was killed while it sent this call
            return
        receiver.faults += _faults(self.headers, body)
        status = receiver.status
        if status == 204:
            receiver.accepted.append(json.loads(body))
        else:
            receiver.refused.append(self.headers["webhook-id"])
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Log nothing."""


def _faults(headers: Any, body: bytes) -> Iterator[str]:
    call_id, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
    signed = f"{call_id}.{timestamp}.".encode() + body
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    if headers["webhook-signature"] != f"v1,{expected}":
        yield f"{call_id}: the signature is wrong"
    if abs(int(timestamp) - time.time()) > _TOLERANCE_SECONDS:
        yield f"{call_id}: the timestamp is {timestamp}"
    if headers["Content-Type"] != "application/cloudevents+json":
        yield f"{call_id}: the media type is {headers['Content-Type']}"
    event = json.loads(body)
    if event.keys() - {"time"} != {"specversion", "id", "source", "type", "subject", "datacontenttype", "data"}:
        yield f"{call_id}: its attributes are {sorted(event)}"
    if (event["specversion"], event["id"]) != ("1.0", call_id):
        yield f"{call_id}: {event['specversion']} {event['id']}"


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a receiver."""
    with Receiver() as receiver:
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        yield receiver
        receiver.shutdown()
