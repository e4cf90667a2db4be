"""Finishing tasks over plain HTTP."""

import pytest

from bpmn_events.application.services import Services
from tests.api.rest.client import RestClient, begin
from tests.api.rest.conftest import CallerFactory
from tests.delivery.models import CHARGE, TASKS, TWICE

CASE = "/process_models/approval/correlations/c-1"
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("prefix", ["", "/api/consumer/v1"])
async def test_a_person_and_then_a_program_finishes_its_task(services: Services, ada: RestClient, prefix: str) -> None:
    await begin(services, TASKS, "approval", "c-1")
    answer = await ada.send(f"{prefix}{CASE}/user_tasks/approve/finish", b'{"approved": true}', **JSON)
    assert answer.status_code == 200
    document = answer.json()
    assert document["task"]["elementId"] == "approve"
    assert document["processInstance"]["variables"] == {"approved": True}
    assert (document["nextWaitingEvents"], document["replayed"]) == ([], False)
    (bill,) = document["nextOpenTasks"]
    assert (bill["elementId"], bill["taskType"], bill["correlationId"]) == ("bill", "EXTERNAL", "c-1")
    document = (await ada.send(f"{prefix}{CASE}/external_tasks/{bill['id']}/finish", b"")).json()
    assert [event["elementId"] for event in document["nextWaitingEvents"]] == ["go"]
    assert document["nextOpenTasks"] == []


async def test_the_same_key_is_answered_once_more(services: Services, ada: RestClient) -> None:
    await begin(services, TASKS, "approval", "c-1")
    key = {"Idempotency-Key": "k"}
    first = (await ada.send(f"{CASE}/user_tasks/approve/finish", b"", **key)).json()
    assert (await ada.send(f"{CASE}/user_tasks/approve/finish", b"", **key)).json() == {**first, "replayed": True}


async def test_refusals_are_problems(
    services: Services, ada: RestClient, nobody: RestClient, caller: CallerFactory
) -> None:
    await begin(services, TASKS, "approval", "c-1")
    await begin(services, TWICE, "twice", "c-1")
    finish = f"{CASE}/user_tasks/approve/finish"
    cases = [
        (nobody, finish, b"", 401, "UNAUTHORIZED"),
        (caller("events:read"), finish, b"", 403, "FORBIDDEN"),
        (caller(lanes=("Clerk",)), finish, b"", 403, "FORBIDDEN"),
        (ada, finish, b"[]", 400, "INVALID_PAYLOAD"),
        (ada, finish.replace("approval", "nothing"), b"", 404, "PROCESS_MODEL_NOT_FOUND"),
        (ada, finish.replace("c-1", "c-2"), b"", 404, "CORRELATION_NOT_FOUND"),
        (ada, finish.replace("user", "external"), b"", 404, "TASK_NOT_FOUND"),
        (ada, finish.replace("approval", "twice"), b"", 409, "TASK_AMBIGUOUS"),
    ]
    for client, path, body, status, code in cases:
        answer = await client.send(path, body, **JSON)
        assert (answer.status_code, answer.json()["code"]) == (status, code), path
    candidates = answer.json()["candidates"]
    assert [each["elementId"] for each in candidates] == ["approve", "approve"]


CARD = "/process_models/charge/correlations/c-1/external_tasks/card/bpmn_error"


@pytest.mark.parametrize("prefix", ["", "/api/consumer/v1"])
async def test_work_ends_with_an_error_that_the_model_handles(services: Services, ada: RestClient, prefix: str) -> None:
    await begin(services, CHARGE, "charge", "c-1")
    body = b'{"errorCode": "DECLINED", "errorMessage": "no money", "variables": {"card": 7}}'
    key = {"Idempotency-Key": "k", **JSON}
    answer = await ada.send(f"{prefix}{CARD}", body, **key)
    assert answer.status_code == 200
    document = answer.json()
    assert document["task"]["elementId"] == "card"
    assert document["processInstance"]["state"] == "RUNNING"
    assert document["processInstance"]["variables"] == {"card": 7, "why": "no money"}
    assert [each["elementId"] for each in document["nextOpenTasks"]] == ["look"]
    assert (await ada.send(f"{prefix}{CARD}", body, **key)).json() == {**document, "replayed": True}


async def test_an_error_that_nobody_handles(services: Services, ada: RestClient) -> None:
    await begin(services, CHARGE, "charge", "c-1")
    instance = (await ada.send(CARD, b'{"errorCode": "BROKEN"}', **JSON)).json()["processInstance"]
    assert (instance["state"], instance["endReason"]) == (
        "FAILED",
        "the error 'BROKEN', thrown at 'card', was not caught",
    )


@pytest.mark.parametrize(
    ("body", "where"),
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
async def test_a_body_that_describes_no_error(services: Services, ada: RestClient, body: bytes, where: str) -> None:
    await begin(services, CHARGE, "charge", "c-1")
    answer = await ada.send(CARD, body, **JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_PAYLOAD")
    assert [each["path"] for each in answer.json()["violations"]] == [where]


async def test_refused_errors_are_problems(
    services: Services, ada: RestClient, nobody: RestClient, caller: CallerFactory
) -> None:
    await begin(services, CHARGE, "charge", "c-1")
    error = b'{"errorCode": "DECLINED"}'
    for client, path, body, status, code in (
        (nobody, CARD, error, 401, "UNAUTHORIZED"),
        (caller("events:read"), CARD, error, 403, "FORBIDDEN"),
        (caller(lanes=("Boss",)), CARD, error, 403, "FORBIDDEN"),
        (ada, CARD, b'{"errorCode": ""}', 400, "BAD_USER_INPUT"),
        (ada, CARD.replace("card", "go"), error, 404, "TASK_NOT_FOUND"),
        (ada, CARD.replace("external", "user"), error, 404, "NOT_FOUND"),
    ):
        answer = await client.send(path, body, **JSON)
        assert (answer.status_code, answer.json()["code"]) == (status, code), path
