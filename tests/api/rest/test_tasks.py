"""The routes that finish tasks."""

import pytest

from bpmn_events.application.services import Services
from tests.api.rest.client import RestClient, start_case
from tests.api.rest.conftest import CallerFactory
from tests.delivery.models import CHARGE, TASKS, TWICE

CASE = "/process_models/approval/correlations/c-1"
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("prefix", ["", "/api/consumer/v1"])
async def test_a_user_task_and_then_an_external_task_is_finished(
    services: Services, ada: RestClient, prefix: str
) -> None:
    await start_case(services, TASKS, "approval", "c-1")
    response = await ada.send(f"{prefix}{CASE}/user_tasks/approve/finish", b'{"approved": true}', **JSON)
    assert response.status_code == 200
    document = response.json()
    assert document["task"]["elementId"] == "approve"
    assert document["processInstance"]["variables"] == {"approved": True}
    assert (document["nextWaitingEvents"], document["replayed"]) == ([], False)
    (bill,) = document["nextOpenTasks"]
    assert (bill["elementId"], bill["taskType"], bill["correlationId"]) == ("bill", "EXTERNAL", "c-1")
    document = (await ada.send(f"{prefix}{CASE}/external_tasks/{bill['id']}/finish", b"")).json()
    assert [event["elementId"] for event in document["nextWaitingEvents"]] == ["go"]
    assert document["nextOpenTasks"] == []


async def test_the_same_key_is_replayed(services: Services, ada: RestClient) -> None:
    await start_case(services, TASKS, "approval", "c-1")
    key = {"Idempotency-Key": "k"}
    first = (await ada.send(f"{CASE}/user_tasks/approve/finish", b"", **key)).json()
    assert (await ada.send(f"{CASE}/user_tasks/approve/finish", b"", **key)).json() == {**first, "replayed": True}


async def test_errors_are_problem_documents(
    services: Services, ada: RestClient, anonymous: RestClient, caller: CallerFactory
) -> None:
    await start_case(services, TASKS, "approval", "c-1")
    await start_case(services, TWICE, "twice", "c-1")
    finish = f"{CASE}/user_tasks/approve/finish"
    cases = [
        (anonymous, finish, b"", 401, "UNAUTHORIZED"),
        (caller("events:read"), finish, b"", 403, "FORBIDDEN"),
        (caller(lanes=("Clerk",)), finish, b"", 403, "FORBIDDEN"),
        (ada, finish, b"[]", 400, "INVALID_PAYLOAD"),
        (ada, finish.replace("approval", "nothing"), b"", 404, "PROCESS_MODEL_NOT_FOUND"),
        (ada, finish.replace("c-1", "c-2"), b"", 404, "CORRELATION_NOT_FOUND"),
        (ada, finish.replace("user", "external"), b"", 404, "TASK_NOT_FOUND"),
        (ada, finish.replace("approval", "twice"), b"", 409, "TASK_AMBIGUOUS"),
    ]
    for client, path, body, status, code in cases:
        response = await client.send(path, body, **JSON)
        assert (response.status_code, response.json()["code"]) == (status, code), path
    candidates = response.json()["candidates"]
    assert [task["elementId"] for task in candidates] == ["approve", "approve"]


CARD = "/process_models/charge/correlations/c-1/external_tasks/card/bpmn_error"


@pytest.mark.parametrize("prefix", ["", "/api/consumer/v1"])
async def test_a_bpmn_error_that_the_model_catches(services: Services, ada: RestClient, prefix: str) -> None:
    await start_case(services, CHARGE, "charge", "c-1")
    body = b'{"errorCode": "DECLINED", "errorMessage": "no money", "variables": {"card": 7}}'
    key = {"Idempotency-Key": "k", **JSON}
    response = await ada.send(f"{prefix}{CARD}", body, **key)
    assert response.status_code == 200
    document = response.json()
    assert document["task"]["elementId"] == "card"
    assert document["processInstance"]["state"] == "RUNNING"
    assert document["processInstance"]["variables"] == {"card": 7, "why": "no money"}
    assert [task["elementId"] for task in document["nextOpenTasks"]] == ["look"]
    assert (await ada.send(f"{prefix}{CARD}", body, **key)).json() == {**document, "replayed": True}


async def test_a_bpmn_error_that_is_not_caught(services: Services, ada: RestClient) -> None:
    await start_case(services, CHARGE, "charge", "c-1")
    instance = (await ada.send(CARD, b'{"errorCode": "BROKEN"}', **JSON)).json()["processInstance"]
    assert (instance["state"], instance["endReason"]) == (
        "FAILED",
        "the error 'BROKEN', thrown at 'card', was not caught",
    )


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b"", ""),
        (b"[]", ""),
        (b'"DECLINED"', ""),
        (b"{}", ""),
        (b'{"errorCode": 5}', "/errorCode"),
        (b'{"errorCode": null}', "/errorCode"),
        (b'{"errorCode": "E", "errorMessage": {}}', "/errorMessage"),
        (b'{"errorCode": "E", "variables": []}', "/variables"),
        (b'{"errorCode": "E", "code/": 1}', "/code~1"),
    ],
)
async def test_a_body_that_describes_no_error(services: Services, ada: RestClient, body: bytes, pointer: str) -> None:
    await start_case(services, CHARGE, "charge", "c-1")
    response = await ada.send(CARD, body, **JSON)
    assert (response.status_code, response.json()["code"]) == (400, "INVALID_PAYLOAD")
    assert [violation["path"] for violation in response.json()["violations"]] == [pointer]


async def test_errors_of_a_bpmn_error_are_problem_documents(
    services: Services, ada: RestClient, anonymous: RestClient, caller: CallerFactory
) -> None:
    await start_case(services, CHARGE, "charge", "c-1")
    error = b'{"errorCode": "DECLINED"}'
    for client, path, body, status, code in (
        (anonymous, CARD, error, 401, "UNAUTHORIZED"),
        (caller("events:read"), CARD, error, 403, "FORBIDDEN"),
        (caller(lanes=("Boss",)), CARD, error, 403, "FORBIDDEN"),
        (ada, CARD, b'{"errorCode": ""}', 400, "BAD_USER_INPUT"),
        (ada, CARD.replace("card", "go"), error, 404, "TASK_NOT_FOUND"),
        (ada, CARD.replace("external", "user"), error, 404, "NOT_FOUND"),
    ):
        response = await client.send(path, body, **JSON)
        assert (response.status_code, response.json()["code"]) == (status, code), path
