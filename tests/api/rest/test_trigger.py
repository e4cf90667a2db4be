"""POST …/events/{event_id}/trigger: every way it can end."""

import asyncio
from typing import Any

import pytest

from bpmn_events.application.services import Services
from tests.api.gql.models import BRITTLE, CHOICE, ORDER
from tests.api.rest.client import RestClient, begin, trigger_path, waiting
from tests.api.rest.conftest import CallerFactory

PAID = {"amount": 3}


async def test_answer_says_what_happened_and_what_waits_now(services: Services, ada: RestClient) -> None:
    events = await begin(services, ORDER, "order", "c-1")
    answer = await ada.trigger("order", "c-1", events["pay"], PAID)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    trigger, instance, following = body["trigger"], body["processInstance"], body["nextWaitingEvents"]
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
    assert {event["elementId"]: event["id"] for event in following} == await waiting(services, "c-1")
    ship = next(event for event in following if event["elementId"] == "ship")
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


async def test_element_id_is_enough_where_one_waits(services: Services, ada: RestClient) -> None:
    events = await begin(services, ORDER, "order", "c-1")
    answer = await ada.trigger("order", "c-1", "pay", PAID)
    assert answer.json()["trigger"]["eventId"] == events["pay"]


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded"])
async def test_no_body_is_no_payload(services: Services, ada: RestClient, content_type: str) -> None:
    await begin(services, ORDER, "order", "c-1")
    answer = await ada.send(trigger_path("order", "c-1", "ship"), b"", **{"Content-Type": content_type})
    assert (answer.status_code, answer.json()["trigger"]["payload"]) == (200, None)


async def test_dry_run_changes_nothing(services: Services, ada: RestClient) -> None:
    events = await begin(services, ORDER, "order", "c-1")
    answer = await ada.trigger("order", "c-1", "pay", PAID, dry_run="true")
    assert (answer.status_code, answer.json()["trigger"]) == (200, None)
    assert {event["elementId"] for event in answer.json()["nextWaitingEvents"]} == {"ship", "remind"}
    assert await waiting(services, "c-1") == events
    answer = await ada.trigger("order", "c-1", "pay", PAID, dry_run="false")
    assert answer.json()["trigger"]["eventId"] == events["pay"]


@pytest.mark.parametrize("value", ["", "1", "True", "yes", ["true", "true"]])
async def test_dry_run_is_true_or_false(services: Services, ada: RestClient, value: Any) -> None:
    events = await begin(services, ORDER, "order", "c-1")
    answer = await ada.trigger("order", "c-1", "pay", PAID, dry_run=value)
    assert (answer.status_code, answer.json()["code"], answer.json()["argument"]) == (400, "BAD_USER_INPUT", "dry_run")
    assert await waiting(services, "c-1") == events


async def test_same_key_is_answered_once_more(services: Services, ada: RestClient) -> None:
    events = await begin(services, ORDER, "order", "c-1")
    path = trigger_path("order", "c-1", events["pay"])
    first, second = [await ada.send(path, b'{"amount": 3}', **{"Idempotency-Key": "k"}) for _ in range(2)]
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.json() == first.json() | {"replayed": True}
    assert first.json()["trigger"]["idempotencyKey"] == "k"
    for event, payload in (("ship", b""), ("pay", b'{"amount": 4}')):
        other = await ada.send(trigger_path("order", "c-1", events[event]), payload, **{"Idempotency-Key": "k"})
        assert (other.status_code, other.json()["code"], other.json()["retryable"]) == (409, "CONFLICT", False)


@pytest.mark.parametrize("key", ["", "x" * 256])
async def test_unusable_idempotency_key(services: Services, ada: RestClient, key: str) -> None:
    await begin(services, ORDER, "order", "c-1")
    answer = await ada.send(trigger_path("order", "c-1", "ship"), b"", **{"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_USER_INPUT")


async def test_of_fifty_callers_one_succeeds(services: Services, ada: RestClient) -> None:
    events = await begin(services, ORDER, "order", "c-1")
    answers = await asyncio.gather(*(ada.trigger("order", "c-1", events["pay"], PAID) for _ in range(50)))
    assert sorted(answer.status_code for answer in answers) == [200] + [404] * 49
    winner = next(answer.json() for answer in answers if answer.status_code == 200)
    losers = [answer.json() for answer in answers if answer.status_code == 404]
    assert {(loser["code"], loser["reason"]) for loser in losers} == {("EVENT_NOT_FOUND", "ALREADY_TRIGGERED")}
    assert {loser["trigger"]["id"] for loser in losers} == {winner["trigger"]["id"]}


# --- refusals ---------------------------------------------------------------------------------


async def test_payload_that_breaks_the_schema(services: Services, ada: RestClient) -> None:
    events = await begin(services, ORDER, "order", "c-1")
    answer = await ada.trigger("order", "c-1", "pay", {"amount": 0})
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_PAYLOAD")
    (violation,) = answer.json()["violations"]
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
    events = await begin(services, ORDER, "order", "c-1")
    answer = await ada.send(trigger_path("order", "c-1", "ship"), body, **{"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_PAYLOAD")
    assert [violation["keyword"] for violation in answer.json()["violations"]] == [keyword]
    assert await waiting(services, "c-1") == events


async def test_body_beyond_every_limit(services: Services, ada: RestClient) -> None:
    await begin(services, ORDER, "order", "c-1")
    answer = await ada.send(trigger_path("order", "c-1", "ship"), b" " * 1_048_577)
    assert (answer.status_code, answer.json()["code"]) == (413, "INVALID_PAYLOAD")


async def test_body_of_another_type(services: Services, ada: RestClient) -> None:
    await begin(services, ORDER, "order", "c-1")
    answer = await ada.send(trigger_path("order", "c-1", "ship"), b"a=1", **{"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_no_credential_comes_before_everything(nobody: RestClient) -> None:
    answer = await nobody.send(trigger_path("nothing", "c-1", "x"), b"nonsense")
    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHORIZED")
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_bad_credential(services: Services, ada: RestClient) -> None:
    ada.headers["Authorization"] += "x"
    answer = await ada.trigger("order", "c-1", "pay")
    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHORIZED")
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


async def test_missing_permission_comes_before_the_payload(caller: CallerFactory) -> None:
    answer = await caller("events:read").send(trigger_path("nothing", "c-1", "x"), b"nonsense")
    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")
    assert answer.json()["requiredPermission"] == "events:trigger"


async def test_missing_lane(services: Services, caller: CallerFactory) -> None:
    await begin(services, ORDER, "order", "c-1")
    answer = await caller(lanes=("Warehouse",)).trigger("order", "c-1", "pay", PAID)
    assert (answer.status_code, answer.json()["requiredPermission"]) == (403, "lane:Finance")


async def test_what_comes_next_is_cut_to_the_callers_lanes(services: Services, caller: CallerFactory) -> None:
    await begin(services, ORDER, "order", "c-1")
    answer = await caller(lanes=("Finance",)).trigger("order", "c-1", "pay", PAID)
    assert [event["elementId"] for event in answer.json()["nextWaitingEvents"]] == ["remind"]


async def test_unknown_things(services: Services, ada: RestClient) -> None:
    events = await begin(services, ORDER, "order", "c-1")
    await begin(services, ORDER, "order", "c-2")
    found = [
        (await ada.trigger("nothing", "c-1", "pay", PAID)).json(),
        (await ada.trigger("order", "c-3", "pay", PAID)).json(),
        (await ada.trigger("order", "c-1", "nothing", PAID)).json(),
        (await ada.trigger("order", "c-2", events["pay"], PAID)).json(),
    ]
    assert [(each["status"], each["code"]) for each in found] == [
        (404, "PROCESS_MODEL_NOT_FOUND"),
        (404, "CORRELATION_NOT_FOUND"),
        (404, "EVENT_NOT_FOUND"),
        (404, "EVENT_NOT_FOUND"),
    ]
    assert (found[0]["processModelKey"], found[1]["correlationId"], found[2]["eventId"]) == (
        "nothing",
        "c-3",
        "nothing",
    )
    assert {each["reason"] for each in found[2:]} == {"UNKNOWN"}


async def test_triggered_and_cancelled_events(services: Services, ada: RestClient) -> None:
    events = await begin(services, CHOICE, "choice", "c-1")
    assert (await ada.trigger("choice", "c-1", events["one"])).status_code == 200
    again = (await ada.trigger("choice", "c-1", events["one"])).json()
    assert (again["reason"], again["trigger"]["triggeredBy"]) == ("ALREADY_TRIGGERED", "ada")
    other = (await ada.trigger("choice", "c-1", events["other"])).json()
    assert (other["status"], other["reason"], other["trigger"]) == (404, "CANCELLED", None)


async def test_ambiguous_element(services: Services, ada: RestClient) -> None:
    await begin(services, ORDER, "order", "c-1")
    await begin(services, ORDER, "order", "c-1")
    answer = await ada.trigger("order", "c-1", "pay", PAID)
    assert (answer.status_code, answer.json()["code"]) == (409, "EVENT_AMBIGUOUS")
    candidates = [candidate["id"] for candidate in answer.json()["candidates"]]
    assert len(set(candidates)) == 2
    assert (await ada.trigger("order", "c-1", candidates[0], PAID)).status_code == 200


async def test_process_that_cannot_go_on(services: Services, ada: RestClient) -> None:
    events = await begin(services, BRITTLE, "brittle", "c-1")
    answer = await ada.trigger("brittle", "c-1", "wait", {"way": "wrong"})
    assert (answer.status_code, answer.json()["code"]) == (500, "PROCESS_FAILED")
    assert answer.json()["type"] == "urn:bpmn-events:problem:process-failed"
    assert answer.json()["elementId"] == "decide"
    assert await waiting(services, "c-1") == events
    assert (await ada.trigger("brittle", "c-1", "wait", {"way": "right"})).json()["processInstance"][
        "state"
    ] == "COMPLETED"


# --- paths ------------------------------------------------------------------------------------


@pytest.mark.parametrize("correlation", ["a/b", "a%2Fb", "a b", "ü€", "a?b#c", "a+b", "events", "a;b"])
async def test_any_correlation_can_be_addressed(services: Services, ada: RestClient, correlation: str) -> None:
    await begin(services, ORDER, "order", correlation)
    answer = await ada.trigger("order", correlation, "ship")
    assert (answer.status_code, answer.json()["trigger"]["correlationId"]) == (200, correlation)


async def test_path_that_is_no_text(ada: RestClient) -> None:
    answer = await ada.send("/process_models/order/correlations/%FF/events/x/trigger", b"")
    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("event", ["%00", "%01", "%7F", "x" * 5000])
async def test_id_that_nothing_can_have(services: Services, ada: RestClient, event: str) -> None:
    await begin(services, ORDER, "order", "c-1")
    answer = await ada.send(f"/process_models/order/correlations/c-1/events/{event}/trigger", b"")
    assert (answer.status_code, answer.json()["code"]) == (404, "EVENT_NOT_FOUND")


async def test_consumer_prefix(services: Services, ada: RestClient) -> None:
    await begin(services, ORDER, "order", "c-1")
    prefix = "/api/consumer/v1"
    refused = await ada.trigger("order", "c-9", "ship", prefix=prefix)
    assert refused.json()["message"] == refused.json()["detail"]
    assert (await ada.trigger("order", "c-1", "ship", prefix=prefix)).status_code == 200


async def test_other_methods(ada: RestClient) -> None:
    path = trigger_path("order", "c-1", "ship")
    refused = await ada.get(path)
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    answer = await ada.http.options(path)
    assert (answer.status_code, answer.headers["allow"]) == (204, "POST")


async def test_variables_are_for_whoever_may_read_processes(services: Services, caller: CallerFactory) -> None:
    await begin(services, ORDER, "order", "c-1")
    for permissions, expected in ((("events:trigger",), None), (("events:trigger", "processes:read"), {"paid": True})):
        answer = await caller(*permissions).trigger("order", "c-1", "ship", {"paid": True}, dry_run="true")
        assert answer.json()["processInstance"]["variables"] == expected
