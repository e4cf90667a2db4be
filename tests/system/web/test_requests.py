"""Unknown query parameters and byte order marks over sockets, in bytes that client libraries do not send."""

import http.client
import json
from codecs import BOM_UTF8
from typing import Any

from tests.api.tokens import token
from tests.support.server import ServerProcess

CASE = "/process_models/order/correlations/order-1001"
TRIGGER = f"{CASE}/events/PaymentReceived/trigger"
MESSAGE = "/messages/payment-received/trigger"
PAYLOAD = json.dumps({"amount": 5, "currency": "EUR", "reference": "RF18 Ä"}, ensure_ascii=False)
REFUSED: list[tuple[str, bytes, str]] = [
    (TRIGGER, b"dryRun=true", "dryRun"),
    (TRIGGER, b"dry_run", "dry_run"),
    (TRIGGER, b"dry_run=yes", "dry_run"),
    (TRIGGER, b"dry_run=true&dry_run=true", "dry_run"),
    (TRIGGER, b"=x", '""'),
    (TRIGGER, b"?dry_run=true", "?dry_run"),
    (TRIGGER, b"a;dry_run=true", "a;dry_run"),
    (TRIGGER, b"x" * 15_000, "x" * 64 + "…"),
    (TRIGGER, b"&".join(b"p%d=1" % number for number in range(1500)), "p0"),
    (TRIGGER, b"&" * 10_000 + b"a=1", "a"),
    (TRIGGER, b"%zz=1", "%zz"),
    (MESSAGE, b"correlationId=order-1002", "correlationId"),
    (MESSAGE, b"correlation_id=order-1001&dry_run=true", "dry_run"),
    (MESSAGE, b"correlation_id=%ff", "correlation_id"),
]


def send(server: ServerProcess, method: str, path: str, query: bytes = b"", body: bytes = b"") -> tuple[int, Any]:
    """Send a request whose query is these bytes. Return the status and the JSON document of the response."""
    connection = http.client.HTTPConnection(server.address.removeprefix("http://"), timeout=60)
    headers = {"Authorization": f"Bearer {token()}", "Content-Type": "application/json"}
    target = f"{path}?{query.decode()}" if query else path
    connection.request(method, target, body, headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, json.loads(content)


def waiting(server: ServerProcess) -> list[tuple[str, str]]:
    _, document = send(server, "GET", "/process_models/order/events", b"limit=0")
    return [(event["correlationId"], event["id"]) for event in document["events"]]


def test_unknown_parameters_are_refused_without_effect(demo: ServerProcess) -> None:
    before = waiting(demo)
    assert ("order-1001", "PaymentReceived") in before
    for path, query, argument in REFUSED:
        for prefix in ("", "/api/consumer/v1"):
            status, problem = send(demo, "POST", prefix + path, query, PAYLOAD.encode())
            assert (status, problem["code"], problem["argument"]) == (400, "BAD_USER_INPUT", argument), query[:40]
            assert len(json.dumps(problem)) < 1000
    assert waiting(demo) == before
    status, document = send(demo, "POST", TRIGGER, b"dry%5frun=true&&", PAYLOAD.encode())
    assert (status, document["trigger"]) == (200, None)
    assert waiting(demo) == before


def test_a_body_may_begin_with_a_byte_order_mark(demo: ServerProcess) -> None:
    before = waiting(demo)
    for body, reason in (
        (BOM_UTF8 * 2 + PAYLOAD.encode(), "not valid JSON"),
        (PAYLOAD.encode("utf-16"), "looks like UTF-16"),
    ):
        status, problem = send(demo, "POST", TRIGGER, body=body)
        assert (status, problem["code"]) == (400, "INVALID_PAYLOAD")
        assert reason in problem["detail"]
    assert waiting(demo) == before
    status, document = send(demo, "POST", TRIGGER, body=BOM_UTF8 + PAYLOAD.encode())
    assert (status, document["trigger"]["payload"]) == (200, json.loads(PAYLOAD))
    query = BOM_UTF8 + b'{"query": "{ viewer { __typename } }"}'
    assert send(demo, "POST", "/graphql", body=query) == (200, {"data": {"viewer": {"__typename": "Viewer"}}})
