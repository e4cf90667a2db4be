"""Finishing tasks over plain HTTP."""

import pytest

from app.application.services import Services
from tests.api.rest.client import RestClient, begin
from tests.api.rest.conftest import CallerFactory
from tests.between.models import TASKS, TWICE

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
