"""Problem documents of all errors over plain HTTP."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route
from starlette.types import Message

from bpmn_events.application.ports.tokens import KeysUnavailable
from bpmn_events.domain.errors import (
    BadCredential,
    BadTicket,
    Conflict,
    CorrelationNotFound,
    DomainError,
    EngineUnavailable,
    EventAmbiguous,
    EventNotFound,
    EventNotFoundReason,
    Forbidden,
    InvalidArgument,
    InvalidPayload,
    InvalidProcessModel,
    ModelIssue,
    PayloadViolation,
    ProcessFailed,
    ProcessInstanceNotFound,
    ProcessModelNotFound,
    TaskAmbiguous,
    TaskNotFound,
    TooManyBodies,
    TooManyRequests,
    TooManySubscriptions,
    Unauthorized,
)
from bpmn_events.domain.events import ElementType, EventTrigger, EventType, TriggerSource, WaitingEvent
from bpmn_events.domain.tasks import OpenTask, TaskType
from bpmn_events.web.http.bodies import BodyTooLarge
from bpmn_events.web.http.problems import ErrorMiddleware, on_http_exception

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
EVENT = WaitingEvent(
    id="we_1",
    element_id="Paid",
    element_type=ElementType.RECEIVE_TASK,
    event_type=EventType.MESSAGE,
    name="Payment",
    event_name="payment",
    lane="Sales",
    interrupting=False,
    due_at=None,
    waiting_since=NOON,
    process_model_id="pm_1",
    process_model_key="order",
    process_instance_id="pi_1",
    root_instance_id="pi_1",
    correlation_id="order-1",
)
TASK = OpenTask(
    id="ta_1",
    element_id="Approve",
    task_type=TaskType.USER,
    name="Approve it",
    lane=None,
    topic=None,
    open_since=NOON,
    process_model_id="pm_1",
    process_model_key="order",
    process_instance_id="pi_1",
    root_instance_id="pi_1",
    correlation_id="order-1",
)
TRIGGER = EventTrigger(
    id="tr_1",
    event_id="we_1",
    element_id="Paid",
    event_type=EventType.MESSAGE,
    event_name="payment",
    lane=None,
    source=TriggerSource.REST,
    payload={"amount": 1},
    triggered_at=NOON,
    triggered_by="ada",
    idempotency_key=None,
    process_model_id="pm_1",
    process_model_key="order",
    process_instance_id="pi_1",
    correlation_id="order-1",
)
VIOLATION = PayloadViolation("/amount", "type", "is not a number")

ERRORS: list[tuple[DomainError, int, str, dict[str, Any]]] = [
    (
        InvalidPayload((VIOLATION,)),
        400,
        "INVALID_PAYLOAD",
        {"violations": [{"path": "/amount", "keyword": "type", "message": "is not a number"}]},
    ),
    (
        InvalidProcessModel((ModelIssue("no process", line=3),)),
        400,
        "INVALID_PROCESS_MODEL",
        {"issues": [{"elementId": None, "line": 3, "message": "no process"}]},
    ),
    (InvalidArgument("limit", "is no number"), 400, "BAD_USER_INPUT", {"argument": "limit"}),
    (Unauthorized(), 401, "UNAUTHORIZED", {}),
    (BadCredential("it has expired"), 401, "UNAUTHORIZED", {}),
    (BadTicket(), 401, "UNAUTHORIZED", {}),
    (Forbidden("lane:Sales"), 403, "FORBIDDEN", {"requiredPermission": "lane:Sales"}),
    (ProcessModelNotFound("order"), 404, "PROCESS_MODEL_NOT_FOUND", {"processModelKey": "order"}),
    (CorrelationNotFound("order-1"), 404, "CORRELATION_NOT_FOUND", {"correlationId": "order-1"}),
    (ProcessInstanceNotFound("pi_1"), 404, "PROCESS_INSTANCE_NOT_FOUND", {"processInstanceId": "pi_1"}),
    (EventNotFound("x"), 404, "EVENT_NOT_FOUND", {"eventId": "x", "reason": "UNKNOWN", "trigger": None}),
    (
        EventNotFound("we_1", EventNotFoundReason.ALREADY_TRIGGERED, TRIGGER),
        404,
        "EVENT_NOT_FOUND",
        {
            "eventId": "we_1",
            "reason": "ALREADY_TRIGGERED",
            "trigger": {
                "id": "tr_1",
                "eventId": "we_1",
                "elementId": "Paid",
                "eventType": "MESSAGE",
                "eventName": "payment",
                "lane": None,
                "source": "REST",
                "payload": {"amount": 1},
                "triggeredAt": "2026-01-02T12:00:00Z",
                "triggeredBy": "ada",
                "idempotencyKey": None,
                "processModelKey": "order",
                "processInstanceId": "pi_1",
                "correlationId": "order-1",
            },
        },
    ),
    (
        EventAmbiguous("Paid", (EVENT,)),
        409,
        "EVENT_AMBIGUOUS",
        {
            "elementId": "Paid",
            "candidates": [
                {
                    "id": "we_1",
                    "elementId": "Paid",
                    "elementType": "RECEIVE_TASK",
                    "name": "Payment",
                    "eventType": "MESSAGE",
                    "eventName": "payment",
                    "lane": "Sales",
                    "interrupting": False,
                    "dueAt": None,
                    "waitingSince": "2026-01-02T12:00:00Z",
                    "processModelKey": "order",
                    "processInstanceId": "pi_1",
                    "correlationId": "order-1",
                }
            ],
        },
    ),
    (TaskNotFound("ta_1"), 404, "TASK_NOT_FOUND", {"taskId": "ta_1"}),
    (
        TaskAmbiguous("Approve", (TASK,)),
        409,
        "TASK_AMBIGUOUS",
        {
            "elementId": "Approve",
            "candidates": [
                {
                    "id": "ta_1",
                    "elementId": "Approve",
                    "taskType": "USER",
                    "name": "Approve it",
                    "lane": None,
                    "topic": None,
                    "openSince": "2026-01-02T12:00:00Z",
                    "processModelKey": "order",
                    "processInstanceId": "pi_1",
                    "correlationId": "order-1",
                }
            ],
        },
    ),
    (Conflict("Too late.", retryable=True), 409, "CONFLICT", {"retryable": True}),
    (ProcessFailed("no way out", "Gateway"), 500, "PROCESS_FAILED", {"elementId": "Gateway"}),
    (
        EngineUnavailable(outcome_unknown=True, retry_after_seconds=2),
        503,
        "ENGINE_UNAVAILABLE",
        {"outcomeUnknown": True, "retryAfterSeconds": 2},
    ),
    (
        TooManyRequests(retry_after_seconds=2, limit="triggers", quota=30),
        429,
        "TOO_MANY_REQUESTS",
        {"retryAfterSeconds": 2, "limit": "triggers", "quota": 30, "windowSeconds": 60},
    ),
]


class FailingApplication:
    """An application in which every route raises a given error."""

    def __init__(self) -> None:
        self.error: Exception = Unauthorized()
        self.application = Starlette(
            routes=[Route("/here", self.fail), Route("/api/consumer/v1/here", self.fail), Route("/begun", self.begin)],
            middleware=[Middleware(ErrorMiddleware)],
            exception_handlers={HTTPException: on_http_exception},
        )

    async def fail(self, request: Request) -> None:
        raise self.error

    async def begin(self, request: Request) -> StreamingResponse:
        async def body() -> AsyncIterator[bytes]:
            yield b"half"
            raise self.error

        return StreamingResponse(body())

    async def request_with(self, error: Exception, path: str = "/here") -> httpx.Response:
        self.error = error
        return await self.get(path)

    async def get(self, path: str, method: str = "GET") -> httpx.Response:
        transport = httpx.ASGITransport(self.application)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path)


@pytest.mark.parametrize(("error", "status", "code", "members"), ERRORS, ids=lambda value: type(value).__name__)
async def test_error_is_a_problem_document(error: DomainError, status: int, code: str, members: dict[str, Any]) -> None:
    response = await FailingApplication().request_with(error)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert document.pop("title")
    slug = code.lower().replace("_", "-")
    assert document == {
        "type": f"urn:bpmn-events:problem:{slug}",
        "status": status,
        "detail": error.message,
        "code": code,
        **members,
    }


def test_every_error_class_is_tested() -> None:
    # A stream goes on without expired changes, and the tests below have the errors with types of their own.
    elsewhere = {"ChangesExpired", "TooManySubscriptions", "TooManyBodies"}
    abstract = {"NotFound", "TargetNotFound", "BodyTooLarge", "InvalidParameter"}

    def class_names(parent: type[DomainError]) -> set[str]:
        return {parent.__name__} | {name for child in parent.__subclasses__() for name in class_names(child)}

    tested = {type(error).__name__ for error, *_ in ERRORS}
    assert class_names(DomainError) - {"DomainError"} - abstract - elsewhere == tested


async def test_too_many_subscriptions_are_no_rate_limit() -> None:
    response = await FailingApplication().request_with(TooManySubscriptions(limit=3))
    assert (response.status_code, response.headers["retry-after"]) == (429, "5")
    document = response.json()
    assert document["type"] == "urn:bpmn-events:problem:too-many-subscriptions"
    assert (document["code"], document["maxSubscriptions"]) == ("TOO_MANY_REQUESTS", 3)


async def test_too_many_bodies_are_no_rate_limit() -> None:
    response = await FailingApplication().request_with(TooManyBodies(limit=3))
    assert (response.status_code, response.headers["retry-after"]) == (429, "5")
    document = response.json()
    assert document["type"] == "urn:bpmn-events:problem:too-many-bodies"
    assert (document["code"], document["maxBodies"]) == ("TOO_MANY_REQUESTS", 3)


async def test_too_large_a_body_closes_the_connection() -> None:
    response = await FailingApplication().request_with(BodyTooLarge(10))
    assert (response.status_code, response.json()["code"]) == (413, "INVALID_PAYLOAD")
    assert response.json()["type"] == "urn:bpmn-events:problem:body-too-large"
    assert response.headers["connection"] == "close"


async def test_401_says_how_to_authenticate() -> None:
    response = await FailingApplication().request_with(Unauthorized())
    assert response.headers["www-authenticate"] == 'Bearer realm="bpmn-events"'
    response = await FailingApplication().request_with(BadCredential('it has no claim "sub"'))
    assert response.headers["www-authenticate"] == (
        'Bearer error="invalid_token", error_description="it has no claim \'sub\'"'
    )


async def test_503_says_when_to_try_again(caplog: pytest.LogCaptureFixture) -> None:
    response = await FailingApplication().request_with(EngineUnavailable(retry_after_seconds=7))
    assert response.headers["retry-after"] == "7"
    assert caplog.records == []


async def test_a_token_that_cannot_be_checked_is_no_refusal(caplog: pytest.LogCaptureFixture) -> None:
    response = await FailingApplication().request_with(KeysUnavailable(7))
    assert (response.status_code, response.headers["retry-after"]) == (503, "7")
    document = response.json()
    assert document["type"] == "urn:bpmn-events:problem:identity-provider-unavailable"
    assert (document["code"], document["retryAfterSeconds"]) == ("IDENTITY_PROVIDER_UNAVAILABLE", 7)
    assert "database" not in document["detail"]
    assert caplog.records == []


async def test_a_stream_that_loses_its_database_ends_early(caplog: pytest.LogCaptureFixture) -> None:
    """The client notices that the body has no end. httpx rejects such an application, so this calls it directly."""
    failing, sent = FailingApplication(), list[Message]()
    failing.error = EngineUnavailable()

    async def receive() -> Message:  # the client stays
        return await asyncio.Future()

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/begun", "query_string": b"", "headers": []}
    await failing.application(scope, receive, send)
    assert [message.get("body") for message in sent] == [None, b"half"]
    assert sent[-1]["more_body"]
    assert caplog.records == []


async def test_consumer_api_has_a_message() -> None:
    response = await FailingApplication().request_with(ProcessModelNotFound("order"), "/api/consumer/v1/here")
    assert response.json()["message"] == "No process model with the key 'order' is deployed."
    response = await FailingApplication().get("/api/consumer/v1/elsewhere")
    assert response.json()["message"] == "There is nothing at /api/consumer/v1/elsewhere."


async def test_unknown_route_and_method() -> None:
    response = await FailingApplication().get("/elsewhere")
    assert (response.status_code, response.json()["type"]) == (404, "about:blank")
    assert (response.json()["title"], response.json()["code"]) == ("Not Found", "NOT_FOUND")
    response = await FailingApplication().get("/here", "DELETE")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")
    assert response.json()["detail"] == "/here does not take DELETE."
    response = await FailingApplication().get("/here", "OPTIONS")
    assert (response.status_code, response.headers["allow"], response.content) == (204, "GET, HEAD", b"")


async def test_unexpected_error_is_masked_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        response = await FailingApplication().request_with(KeyError("the secret is hunter2"))
    assert response.status_code == 500
    assert "hunter2" not in response.text
    error_id = response.json()["errorId"]
    assert error_id in response.json()["detail"]
    (record,) = caplog.records
    assert error_id in record.getMessage()
    assert record.exc_info


async def test_started_response_is_not_continued() -> None:
    with pytest.raises(KeyError):
        await FailingApplication().request_with(KeyError("late"), "/begun")
