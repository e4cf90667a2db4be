"""triggerEvent and triggerEvents, with every member of their union."""

import asyncio
from typing import Any

import pytest

from tests.api.gql.client import GraphQLClient
from tests.api.gql.conftest import CallerFactory
from tests.api.gql.models import BRITTLE, CALLER, CHOICE, CROWD, ORDER
from tests.api.gql.steps import WAITING, deploy, start, trigger, waiting


async def test_the_result_has_the_trigger_and_the_next_waiting_events(ada: GraphQLClient) -> None:
    await deploy(ada, ORDER)
    instance = await start(ada, "order", "c1")
    events = await waiting(ada)

    result = await trigger(ada, "order", "c1", events["pay"], payload={"amount": 3}, idempotencyKey="k")

    assert result["__typename"] == "TriggerEventSuccess"
    assert result["replayed"] is False
    assert result["trigger"] == {
        "id": result["trigger"]["id"],
        "eventId": events["pay"],
        "elementId": "pay",
        "source": "GRAPHQL",
        "payload": {"amount": 3},
        "triggeredBy": "ada",
        "idempotencyKey": "k",
    }
    assert result["processInstance"] == {
        "id": instance["id"],
        "state": "RUNNING",
        "endedAt": None,
        "variables": {"amount": 3},
    }
    assert {event["elementId"] for event in result["nextWaitingEvents"]} == {"ship", "remind"}
    assert all(event["processInstance"]["id"] == instance["id"] for event in result["nextWaitingEvents"])


async def test_an_element_id_is_enough_where_one_occurrence_waits(ada: GraphQLClient) -> None:
    await deploy(ada, ORDER)
    await start(ada, "order", "c1")
    assert (await trigger(ada, "order", "c1", "ship"))["__typename"] == "TriggerEventSuccess"


async def test_the_last_event_ends_the_instance(ada: GraphQLClient) -> None:
    await deploy(ada, ORDER)
    await start(ada, "order", "c1")
    await trigger(ada, "order", "c1", "pay", payload={"amount": 1})
    await trigger(ada, "order", "c1", "ship")
    result = await trigger(ada, "order", "c1", "remind")
    assert result["processInstance"]["state"] == "COMPLETED"
    assert result["processInstance"]["endedAt"] is not None
    assert result["nextWaitingEvents"] == []


async def test_the_same_request_again_is_replayed(ada: GraphQLClient) -> None:
    await deploy(ada, ORDER)
    await start(ada, "order", "c1")
    first = await trigger(ada, "order", "c1", "ship", idempotencyKey="k")
    again = await trigger(ada, "order", "c1", "ship", idempotencyKey="k")
    assert again == {**first, "replayed": True}


async def test_a_dry_run_changes_nothing(ada: GraphQLClient) -> None:
    await deploy(ada, ORDER)
    await start(ada, "order", "c1")
    before = await waiting(ada)

    result = await trigger(ada, "order", "c1", "pay", payload={"amount": 3}, dryRun=True)

    assert result["trigger"] is None
    assert result["processInstance"]["variables"] == {"amount": 3}
    assert {event["elementId"] for event in result["nextWaitingEvents"]} == {"ship", "remind"}
    assert await waiting(ada) == before


async def test_a_dry_run_returns_the_events_of_instances_it_would_call(ada: GraphQLClient) -> None:
    await deploy(ada, ORDER)
    await deploy(ada, CALLER)
    await start(ada, "caller", "c1")
    result = await trigger(ada, "caller", "c1", "wait", dryRun=True)
    assert {event["elementId"] for event in result["nextWaitingEvents"]} == {"pay", "ship", "remind"}
    assert {event["processModel"]["key"] for event in result["nextWaitingEvents"]} == {"order"}


async def test_a_payload_that_violates_the_schema(ada: GraphQLClient) -> None:
    await deploy(ada, ORDER)
    await start(ada, "order", "c1")
    result = await trigger(ada, "order", "c1", "pay", payload={"amount": 0})
    assert result["__typename"] == "InvalidPayloadError"
    assert result["code"] == "INVALID_PAYLOAD"
    assert [(each["path"], each["keyword"]) for each in result["violations"]] == [("/amount", "minimum")]


async def test_a_payload_that_is_no_object(ada: GraphQLClient) -> None:
    await deploy(ada, ORDER)
    await start(ada, "order", "c1")
    for payload in ([1], "text", 5, True, 1.5):
        result = await trigger(ada, "order", "c1", "ship", payload=payload)
        assert (result["__typename"], result["violations"][0]["keyword"]) == ("InvalidPayloadError", "type")


async def test_no_credential(ada: GraphQLClient, nobody: GraphQLClient) -> None:
    await deploy(ada, ORDER)
    await start(ada, "order", "c1")
    result = await trigger(nobody, "order", "c1", "ship")
    assert (result["__typename"], result["code"]) == ("UnauthorizedError", "UNAUTHORIZED")


async def test_no_permission(ada: GraphQLClient, caller: CallerFactory) -> None:
    await deploy(ada, ORDER)
    await start(ada, "order", "c1")
    result = await trigger(caller("events:read"), "order", "c1", "ship")
    assert (result["__typename"], result["requiredPermission"]) == ("ForbiddenError", "events:trigger")


async def test_no_lane(ada: GraphQLClient, caller: CallerFactory) -> None:
    await deploy(ada, ORDER)
    await start(ada, "order", "c1")
    result = await trigger(caller(lanes=("Warehouse",)), "order", "c1", "pay")
    assert (result["__typename"], result["requiredPermission"]) == ("ForbiddenError", "lane:Finance")


async def test_next_waiting_events_are_only_those_in_the_callers_lanes(
    ada: GraphQLClient, caller: CallerFactory
) -> None:
    await deploy(ada, ORDER)
    await start(ada, "order", "c1")
    result = await trigger(caller(lanes=("Warehouse",)), "order", "c1", "remind")
    assert [event["elementId"] for event in result["nextWaitingEvents"]] == ["ship"]


async def test_an_unknown_process_model(ada: GraphQLClient) -> None:
    result = await trigger(ada, "nothing", "c1", "e")
    assert (result["__typename"], result["processModelKey"]) == ("ProcessModelNotFoundError", "nothing")


async def test_an_unknown_correlation(ada: GraphQLClient) -> None:
    await deploy(ada, ORDER)
    result = await trigger(ada, "order", "nothing", "pay")
    assert (result["__typename"], result["correlationId"]) == ("CorrelationNotFoundError", "nothing")


async def test_an_unknown_event(ada: GraphQLClient) -> None:
    await deploy(ada, ORDER)
    await start(ada, "order", "c1")
    result = await trigger(ada, "order", "c1", "nothing")
    assert (result["__typename"], result["eventId"]) == ("EventNotFoundError", "nothing")
    assert (result["reason"], result["trigger"]) == ("UNKNOWN", None)


async def test_an_event_that_was_already_triggered(ada: GraphQLClient) -> None:
    await deploy(ada, ORDER)
    await start(ada, "order", "c1")
    await trigger(ada, "order", "c1", "ship")
    result = await trigger(ada, "order", "c1", "ship")
    assert (result["reason"], result["trigger"]) == ("ALREADY_TRIGGERED", {"triggeredBy": "ada"})


async def test_an_event_that_was_cancelled_by_its_sibling(ada: GraphQLClient) -> None:
    await deploy(ada, CHOICE)
    await start(ada, "choice", "c1")
    await trigger(ada, "choice", "c1", "one")
    result = await trigger(ada, "choice", "c1", "other")
    assert (result["reason"], result["trigger"]) == ("CANCELLED", None)


async def test_an_element_at_which_two_occurrences_wait(ada: GraphQLClient) -> None:
    await deploy(ada, ORDER)
    await start(ada, "order", "c1")
    await start(ada, "order", "c1")
    result = await trigger(ada, "order", "c1", "ship")
    assert (result["__typename"], result["code"]) == ("EventAmbiguousError", "EVENT_AMBIGUOUS")
    assert [each["elementId"] for each in result["candidates"]] == ["ship", "ship"]
    assert (await trigger(ada, "order", "c1", result["candidates"][1]["id"]))["__typename"] == "TriggerEventSuccess"


@pytest.mark.parametrize(
    ("other", "payload"),
    [
        (("order", "c1", "ship"), {"corrected": True}),
        (("order", "c1", "remind"), None),
        (("order", "c1", "pay"), {"amount": "against the schema"}),
        (("order", "c1", "nothing"), None),
        (("order", "nowhere", "ship"), None),
        (("nothing", "c1", "ship"), None),
    ],
)
async def test_an_idempotency_key_used_for_another_request(
    ada: GraphQLClient, caller: CallerFactory, other: tuple[str, str, str], payload: Any
) -> None:
    """The conflict comes before every other error, so that the error reveals nothing about the named event."""
    await deploy(ada, ORDER)
    await start(ada, "order", "c1")
    first = await trigger(ada, "order", "c1", "ship", idempotencyKey="k")
    for client in (ada, caller(lanes=())):
        result = await trigger(client, *other, payload=payload, idempotencyKey="k")
        assert (result["__typename"], result["retryable"]) == ("ConflictError", False)
        assert "already used for another request" in result["message"]
    again = await trigger(ada, "order", "c1", "ship", idempotencyKey="k")
    assert (again["replayed"], again["trigger"]) == (True, first["trigger"])


async def test_a_failed_request_does_not_use_up_its_idempotency_key(ada: GraphQLClient) -> None:
    await deploy(ada, ORDER)
    await start(ada, "order", "c1")
    error = await trigger(ada, "order", "c1", "pay", payload={"amount": 0}, idempotencyKey="k")
    assert error["__typename"] == "InvalidPayloadError"
    assert (await trigger(ada, "order", "c1", "pay", payload={"amount": 1}, idempotencyKey="k"))["replayed"] is False


@pytest.mark.in_process  # one server handles them in their order
async def test_two_requests_at_once_under_one_idempotency_key(ada: GraphQLClient) -> None:
    await deploy(ada, ORDER)
    await start(ada, "order", "c1")
    requests = [trigger(ada, "order", "c1", event, idempotencyKey="k") for event in ("ship", "remind", "ship")]
    assert [each["__typename"] for each in await asyncio.gather(*requests)] == [
        *("TriggerEventSuccess", "ConflictError", "TriggerEventSuccess")
    ]


async def test_a_process_that_cannot_continue(ada: GraphQLClient) -> None:
    await deploy(ada, BRITTLE)
    await start(ada, "brittle", "c1")
    result = await trigger(ada, "brittle", "c1", "wait", payload={"way": "wrong"})
    assert (result["__typename"], result["elementId"]) == ("ProcessFailedError", "decide")
    assert "wait" in await waiting(ada)


async def test_of_many_callers_exactly_one_succeeds(ada: GraphQLClient) -> None:
    await deploy(ada, ORDER)
    await start(ada, "order", "c1")
    results = await asyncio.gather(*(trigger(ada, "order", "c1", "ship") for _ in range(50)))
    succeeded = [result for result in results if result["__typename"] == "TriggerEventSuccess"]
    reasons = {result.get("reason") for result in results if result not in succeeded}
    assert (len(succeeded), reasons) == (1, {"ALREADY_TRIGGERED"})


TRIGGER_MANY = """
mutation($inputs: [TriggerEventInput!]!) { triggerEvents(inputs: $inputs) { results {
  __typename
  ... on TriggerEventSuccess { trigger { elementId } nextWaitingEvents { elementId processInstance { state } } }
  ... on Error { code }
} } }
"""


def _inputs(*events: str, correlation: str = "c1") -> list[dict[str, Any]]:
    return [{"processModelKey": "order", "correlationId": correlation, "eventId": event} for event in events]


async def test_several_inputs_each_with_its_own_result(ada: GraphQLClient) -> None:
    await deploy(ada, ORDER)
    await start(ada, "order", "c1")
    response = await ada(TRIGGER_MANY, inputs=_inputs("ship", "nothing", "pay", "remind"))
    results = response.data["triggerEvents"]["results"]
    assert [result["__typename"] for result in results] == [
        "TriggerEventSuccess",
        "EventNotFoundError",
        "InvalidPayloadError",
        "TriggerEventSuccess",
    ]
    assert [results[0]["trigger"]["elementId"], results[3]["trigger"]["elementId"]] == ["ship", "remind"]


async def test_no_inputs_are_no_results(ada: GraphQLClient) -> None:
    assert (await ada(TRIGGER_MANY, inputs=[])).data == {"triggerEvents": {"results": []}}


async def test_more_inputs_than_accepted(ada: GraphQLClient) -> None:
    response = await ada(TRIGGER_MANY, inputs=_inputs(*["ship"] * 101))
    assert (response.code, response.body["data"]) == ("BAD_USER_INPUT", None)


async def test_a_bad_argument_in_one_input_prevents_all_triggers(ada: GraphQLClient, nobody: GraphQLClient) -> None:
    await deploy(ada, ORDER)
    await start(ada, "order", "c1")
    inputs = [*_inputs("ship"), {**_inputs("pay")[0], "idempotencyKey": ""}]
    response = await ada(TRIGGER_MANY, inputs=inputs)
    assert (response.code, response.body["data"]) == ("BAD_USER_INPUT", None)
    assert response.error["message"].startswith("inputs[1].idempotencyKey: takes 1 to ")
    assert (await trigger(ada, "order", "c1", "ship"))["__typename"] == "TriggerEventSuccess"
    errors = (await nobody(TRIGGER_MANY, inputs=inputs)).data["triggerEvents"]["results"]
    assert [each["__typename"] for each in errors] == ["UnauthorizedError", "UnauthorizedError"]


async def test_a_bad_idempotency_key_is_an_argument_error(ada: GraphQLClient) -> None:
    for key in ("", "x" * 256, "a\tb"):
        response = await ada(
            'mutation($key: String) { triggerEvent(input: {processModelKey: "order", correlationId: "c", '
            'eventId: "e", idempotencyKey: $key}) { __typename } }',
            key=key,
        )
        assert response.code == "BAD_USER_INPUT"
        assert response.error["message"].startswith("idempotencyKey: takes 1 to ")


async def test_later_mutations_of_an_operation_see_what_earlier_ones_did(ada: GraphQLClient) -> None:
    await deploy(ada, ORDER)
    await start(ada, "order", "c1")
    address = {"processModelKey": "order", "correlationId": "c1"}
    response = await ada(
        """mutation($ship: TriggerEventInput!, $remind: TriggerEventInput!) {
             a: triggerEvent(input: $ship) { ...R }
             b: triggerEvent(input: $remind) { ...R }
           }
           fragment R on TriggerEventSuccess {
             processInstance { waitingEvents { nodes { elementId } totalCount } }
           }""",
        ship={**address, "eventId": "ship"},
        remind={**address, "eventId": "remind"},
    )
    lists = [response.data[name]["processInstance"]["waitingEvents"] for name in "ab"]
    assert [{node["elementId"] for node in each["nodes"]} for each in lists] == [{"pay", "remind"}, {"pay"}]
    assert [each["totalCount"] for each in lists] == [2, 1]


async def test_an_instance_with_a_thousand_events_does_not_block_others(ada: GraphQLClient) -> None:
    """Its steps run and its rows are written in a thread."""
    await deploy(ada, CROWD)
    await deploy(ada, ORDER)
    started = await asyncio.gather(start(ada, "crowd", "many"), start(ada, "order", "one"))
    listed = (await ada(WAITING, filter={"processInstanceIds": [started[0]["id"]]}, first=3)).data["waitingEvents"]
    assert listed["totalCount"] == 1000
    order = await waiting(ada, correlationIds=["one"])

    *of_crowd, of_order = await asyncio.gather(
        *(trigger(ada, "crowd", "many", event["id"]) for event in listed["nodes"]),
        trigger(ada, "order", "one", order["ship"]),
    )

    assert {response["__typename"] for response in (*of_crowd, of_order)} == {"TriggerEventSuccess"}
    assert {len(response["nextWaitingEvents"]) for response in of_crowd} == {100}
    after = (await ada(WAITING, filter={"processInstanceIds": [started[0]["id"]]}, first=1)).data["waitingEvents"]
    assert after["totalCount"] == 997
