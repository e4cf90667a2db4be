"""The route that triggers one waiting event, with all its outcomes."""

import asyncio
from typing import Any

import pytest

from bpmn_events.application.services import Services
from tests.api.gql.models import BRITTLE, CHOICE, ORDER
from tests.api.rest.client import RestClient, start_case, trigger_path, waiting
from tests.api.rest.conftest import CallerFactory

PAID = {"amount": 3}


async def test_response_has_the_trigger_and_the_next_events(services: Services, ada: RestClient) -> None:
    events = await start_case(services, ORDER, "order", "c-1")
    response = await ada.trigger("order", "c-1", events["pay"], PAID)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    trigger, instance, next_events = body["trigger"], body["processInstance"], body["nextWaitingEvents"]
    assert body.keys() == {"trigger", "processInstance", "nextWaitingEvents", "replayed"}
    assert body["replayed"] is False
    assert trigger.pop("id").startswith("tr_")
    assert trigger.pop("triggeredAt").endswith("Z")
    assert trigger == {
        "eventId": events["pay"],
        "elementId": "pay",
        "eventType": "MESSAGE",
        "eventName": "payment",
        "lane": "Finance",
        "source": "REST",
        "payload": PAID,
        "triggeredBy": "ada",
        "idempotencyKey": None,
        "processModelKey": "order",
        "processInstanceId": instance["id"],
        "correlationId": "c-1",
    }
    assert (instance["state"], instance["endedAt"], instance["variables"]) == ("RUNNING", None, PAID)
    assert {event["elementId"]: event["id"] for event in next_events} == await waiting(services, "c-1")
    ship = next(event for event in next_events if event["elementId"] == "ship")
    assert ship.pop("waitingSince").endswith("Z")
    assert ship == {
        "id": events["ship"],
        "elementId": "ship",
        "elementType": "INTERMEDIATE_CATCH_EVENT",
        "name": None,
        "eventType": "MESSAGE",
        "eventName": "shipment",
        "lane": "Warehouse",
        "interrupting": False,
        "dueAt": None,
        "processModelKey": "order",
        "processInstanceId": instance["id"],
        "correlationId": "c-1",
    }


async def test_element_id_with_one_waiting_event(services: Services, ada: RestClient) -> None:
    events = await start_case(services, ORDER, "order", "c-1")
    response = await ada.trigger("order", "c-1", "pay", PAID)
    assert response.json()["trigger"]["eventId"] == events["pay"]


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded"])
async def test_no_body_is_no_payload(services: Services, ada: RestClient, content_type: str) -> None:
    await start_case(services, ORDER, "order", "c-1")
    response = await ada.send(trigger_path("order", "c-1", "ship"), b"", **{"Content-Type": content_type})
    assert (response.status_code, response.json()["trigger"]["payload"]) == (200, None)


async def test_dry_run_changes_nothing(services: Services, ada: RestClient) -> None:
    events = await start_case(services, ORDER, "order", "c-1")
    response = await ada.trigger("order", "c-1", "pay", PAID, dry_run="true")
    assert (response.status_code, response.json()["trigger"]) == (200, None)
    assert {event["elementId"] for event in response.json()["nextWaitingEvents"]} == {"ship", "remind"}
    assert await waiting(services, "c-1") == events
    response = await ada.trigger("order", "c-1", "pay", PAID, dry_run="false")
    assert response.json()["trigger"]["eventId"] == events["pay"]


@pytest.mark.parametrize("value", ["", "1", "True", "yes", ["true", "true"]])
async def test_dry_run_is_true_or_false(services: Services, ada: RestClient, value: Any) -> None:
    events = await start_case(services, ORDER, "order", "c-1")
    response = await ada.trigger("order", "c-1", "pay", PAID, dry_run=value)
    assert (response.status_code, response.json()["code"], response.json()["argument"]) == (
        400,
        "BAD_USER_INPUT",
        "dry_run",
    )
    assert await waiting(services, "c-1") == events


async def test_same_key_is_replayed(services: Services, ada: RestClient) -> None:
    events = await start_case(services, ORDER, "order", "c-1")
    path = trigger_path("order", "c-1", events["pay"])
    first, second = [await ada.send(path, b'{"amount": 3}', **{"Idempotency-Key": "k"}) for _ in range(2)]
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.json() == first.json() | {"replayed": True}
    assert first.json()["trigger"]["idempotencyKey"] == "k"
    for event, payload in (("ship", b""), ("pay", b'{"amount": 4}')):
        other = await ada.send(trigger_path("order", "c-1", events[event]), payload, **{"Idempotency-Key": "k"})
        assert (other.status_code, other.json()["code"], other.json()["retryable"]) == (409, "CONFLICT", False)


@pytest.mark.parametrize("subject", ["bob", "Ada", "ad\N{CYRILLIC SMALL LETTER A}", "ada "], ids=ascii)
async def test_a_key_of_another_subject_is_another_key(services: Services, caller: CallerFactory, subject: str) -> None:
    events = await start_case(services, ORDER, "order", "c-1")
    path = trigger_path("order", "c-1", events["pay"])
    first, second = [
        await caller(subject=name).send(path, b'{"amount": 3}', **{"Idempotency-Key": "k"}) for name in ("ada", subject)
    ]
    assert (first.status_code, first.json()["replayed"]) == (200, False)
    assert (second.status_code, second.json()["reason"]) == (404, "ALREADY_TRIGGERED")


@pytest.mark.parametrize("key", ["", "x" * 256])
async def test_unusable_idempotency_key(services: Services, ada: RestClient, key: str) -> None:
    await start_case(services, ORDER, "order", "c-1")
    response = await ada.send(trigger_path("order", "c-1", "ship"), b"", **{"Idempotency-Key": key})
    assert (response.status_code, response.json()["code"]) == (400, "BAD_USER_INPUT")


async def test_of_fifty_callers_one_succeeds(services: Services, ada: RestClient) -> None:
    events = await start_case(services, ORDER, "order", "c-1")
    responses = await asyncio.gather(*(ada.trigger("order", "c-1", events["pay"], PAID) for _ in range(50)))
    assert sorted(response.status_code for response in responses) == [200] + [404] * 49
    winner = next(response.json() for response in responses if response.status_code == 200)
    failures = [response.json() for response in responses if response.status_code == 404]
    assert {(loser["code"], loser["reason"]) for loser in failures} == {("EVENT_NOT_FOUND", "ALREADY_TRIGGERED")}
    assert {loser["trigger"]["id"] for loser in failures} == {winner["trigger"]["id"]}


# --- errors -----------------------------------------------------------------------------------


async def test_payload_that_breaks_the_schema(services: Services, ada: RestClient) -> None:
    events = await start_case(services, ORDER, "order", "c-1")
    response = await ada.trigger("order", "c-1", "pay", {"amount": 0})
    assert (response.status_code, response.json()["code"]) == (400, "INVALID_PAYLOAD")
    (violation,) = response.json()["violations"]
    assert (violation["path"], violation["keyword"]) == ("/amount", "minimum")
    assert await waiting(services, "c-1") == events


BAD_BODIES = [
    (b"nonsense", "json"),
    (b'{"a": NaN}', "json"),
    (b'{"a": "\xff"}', "json"),
    (b'{"a": ' + b"1" * 5000 + b"}", "number"),
    (b'{"a": 18446744073709551616}', "integer"),
    (b'{"a":' * 100 + b"1" + b"}" * 100, "maxDepth"),
    (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "maxDepth"),
    (b"null", "type"),
    (b"[]", "type"),
    (b'"text"', "type"),
    (b"1", "type"),
    (b'{"a": "' + b"x" * 262_144 + b'"}', "maxBytes"),
]


@pytest.mark.parametrize(("body", "keyword"), BAD_BODIES, ids=[f"{body[:12]!r}" for body, _ in BAD_BODIES])
async def test_body_that_is_no_payload(services: Services, ada: RestClient, body: bytes, keyword: str) -> None:
    events = await start_case(services, ORDER, "order", "c-1")
    response = await ada.send(trigger_path("order", "c-1", "ship"), body, **{"Content-Type": "application/json"})
    assert (response.status_code, response.json()["code"]) == (400, "INVALID_PAYLOAD")
    assert [violation["keyword"] for violation in response.json()["violations"]] == [keyword]
    assert await waiting(services, "c-1") == events


async def test_body_beyond_every_limit(services: Services, ada: RestClient) -> None:
    await start_case(services, ORDER, "order", "c-1")
    response = await ada.send(trigger_path("order", "c-1", "ship"), b" " * 1_048_577)
    assert (response.status_code, response.json()["code"]) == (413, "INVALID_PAYLOAD")


async def test_body_of_another_type(services: Services, ada: RestClient) -> None:
    await start_case(services, ORDER, "order", "c-1")
    response = await ada.send(trigger_path("order", "c-1", "ship"), b"a=1", **{"Content-Type": "text/plain"})
    assert (response.status_code, response.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_missing_credential_is_reported_first(anonymous: RestClient) -> None:
    response = await anonymous.send(trigger_path("nothing", "c-1", "x"), b"nonsense")
    assert (response.status_code, response.json()["code"]) == (401, "UNAUTHORIZED")
    assert response.headers["www-authenticate"].startswith("Bearer")


async def test_bad_credential(services: Services, ada: RestClient) -> None:
    ada.headers["Authorization"] += "x"
    response = await ada.trigger("order", "c-1", "pay")
    assert (response.status_code, response.json()["code"]) == (401, "UNAUTHORIZED")
    assert 'error="invalid_token"' in response.headers["www-authenticate"]


async def test_missing_permission_is_reported_before_the_payload(caller: CallerFactory) -> None:
    response = await caller("events:read").send(trigger_path("nothing", "c-1", "x"), b"nonsense")
    assert (response.status_code, response.json()["code"]) == (403, "FORBIDDEN")
    assert response.json()["requiredPermission"] == "events:trigger"


async def test_missing_lane(services: Services, caller: CallerFactory) -> None:
    await start_case(services, ORDER, "order", "c-1")
    response = await caller(lanes=("Warehouse",)).trigger("order", "c-1", "pay", PAID)
    assert (response.status_code, response.json()["requiredPermission"]) == (403, "lane:Finance")


async def test_next_events_are_those_of_the_callers_lanes(services: Services, caller: CallerFactory) -> None:
    await start_case(services, ORDER, "order", "c-1")
    response = await caller(lanes=("Finance",)).trigger("order", "c-1", "pay", PAID)
    assert [event["elementId"] for event in response.json()["nextWaitingEvents"]] == ["remind"]


async def test_unknown_ids(services: Services, ada: RestClient) -> None:
    events = await start_case(services, ORDER, "order", "c-1")
    await start_case(services, ORDER, "order", "c-2")
    problems = [
        (await ada.trigger("nothing", "c-1", "pay", PAID)).json(),
        (await ada.trigger("order", "c-3", "pay", PAID)).json(),
        (await ada.trigger("order", "c-1", "nothing", PAID)).json(),
        (await ada.trigger("order", "c-2", events["pay"], PAID)).json(),
    ]
    assert [(problem["status"], problem["code"]) for problem in problems] == [
        (404, "PROCESS_MODEL_NOT_FOUND"),
        (404, "CORRELATION_NOT_FOUND"),
        (404, "EVENT_NOT_FOUND"),
        (404, "EVENT_NOT_FOUND"),
    ]
    assert (problems[0]["processModelKey"], problems[1]["correlationId"], problems[2]["eventId"]) == (
        "nothing",
        "c-3",
        "nothing",
    )
    assert {problem["reason"] for problem in problems[2:]} == {"UNKNOWN"}


async def test_triggered_and_cancelled_events(services: Services, ada: RestClient) -> None:
    events = await start_case(services, CHOICE, "choice", "c-1")
    assert (await ada.trigger("choice", "c-1", events["one"])).status_code == 200
    again = (await ada.trigger("choice", "c-1", events["one"])).json()
    assert (again["reason"], again["trigger"]["triggeredBy"]) == ("ALREADY_TRIGGERED", "ada")
    other = (await ada.trigger("choice", "c-1", events["other"])).json()
    assert (other["status"], other["reason"], other["trigger"]) == (404, "CANCELLED", None)


async def test_ambiguous_element(services: Services, ada: RestClient) -> None:
    await start_case(services, ORDER, "order", "c-1")
    await start_case(services, ORDER, "order", "c-1")
    response = await ada.trigger("order", "c-1", "pay", PAID)
    assert (response.status_code, response.json()["code"]) == (409, "EVENT_AMBIGUOUS")
    candidates = [candidate["id"] for candidate in response.json()["candidates"]]
    assert len(set(candidates)) == 2
    assert (await ada.trigger("order", "c-1", candidates[0], PAID)).status_code == 200


async def test_process_that_fails(services: Services, ada: RestClient) -> None:
    events = await start_case(services, BRITTLE, "brittle", "c-1")
    response = await ada.trigger("brittle", "c-1", "wait", {"way": "wrong"})
    assert (response.status_code, response.json()["code"]) == (500, "PROCESS_FAILED")
    assert response.json()["type"] == "urn:bpmn-events:problem:process-failed"
    assert response.json()["elementId"] == "decide"
    assert await waiting(services, "c-1") == events
    assert (await ada.trigger("brittle", "c-1", "wait", {"way": "right"})).json()["processInstance"][
        "state"
    ] == "COMPLETED"


# --- paths ------------------------------------------------------------------------------------


@pytest.mark.parametrize("correlation", ["a/b", "a%2Fb", "a b", "ü€", "a?b#c", "a+b", "events", "a;b"])
async def test_any_correlation_id_can_be_in_the_path(services: Services, ada: RestClient, correlation: str) -> None:
    await start_case(services, ORDER, "order", correlation)
    response = await ada.trigger("order", correlation, "ship")
    assert (response.status_code, response.json()["trigger"]["correlationId"]) == (200, correlation)


async def test_path_that_is_not_utf_8(ada: RestClient) -> None:
    response = await ada.send("/process_models/order/correlations/%FF/events/x/trigger", b"")
    assert (response.status_code, response.json()["code"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("event", ["%00", "%01", "%7F", "x" * 5000])
async def test_invalid_event_id(services: Services, ada: RestClient, event: str) -> None:
    await start_case(services, ORDER, "order", "c-1")
    response = await ada.send(f"/process_models/order/correlations/c-1/events/{event}/trigger", b"")
    assert (response.status_code, response.json()["code"]) == (404, "EVENT_NOT_FOUND")


async def test_consumer_prefix(services: Services, ada: RestClient) -> None:
    await start_case(services, ORDER, "order", "c-1")
    prefix = "/api/consumer/v1"
    problem = await ada.trigger("order", "c-9", "ship", prefix=prefix)
    assert problem.json()["message"] == problem.json()["detail"]
    assert (await ada.trigger("order", "c-1", "ship", prefix=prefix)).status_code == 200


async def test_other_methods(ada: RestClient) -> None:
    path = trigger_path("order", "c-1", "ship")
    response = await ada.get(path)
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    response = await ada.http.options(path)
    assert (response.status_code, response.headers["allow"]) == (204, "POST")


async def test_variables_need_the_permission_to_read_processes(services: Services, caller: CallerFactory) -> None:
    await start_case(services, ORDER, "order", "c-1")
    for permissions, expected in ((("events:trigger",), None), (("events:trigger", "processes:read"), {"paid": True})):
        response = await caller(*permissions).trigger("order", "c-1", "ship", {"paid": True}, dry_run="true")
        assert response.json()["processInstance"]["variables"] == expected
