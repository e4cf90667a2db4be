"""deployProcessModel, startProcessInstance and terminateProcessInstance, with every member of their unions.

Also ``ProcessModel.startEvents``, all elements at which an instance can begin.
"""

from datetime import datetime
from typing import Any

import pytest

from bpmn_events.domain.principal import Permission
from tests.api.gql.client import GraphQLClient
from tests.api.gql.conftest import CallerFactory
from tests.api.gql.models import BRITTLE, CALLER, ORDER, STILLBORN
from tests.api.gql.steps import DEPLOY, START, deploy, start, trigger, waiting
from tests.conformance.drawing import draw

START_EVENTS = "startEvents { elementId name eventType eventName payloadSchema nextDueAt }"
MODEL_QUERY = (
    f"query($key: ID!) {{ processModel(key: $key) {{ ... on ProcessModel {{ id version {START_EVENTS} }} }} }}"
)
STARTS = draw(
    """
    plain > Work > end
    paid > Work
    alarm > Work
    daily > Work
    Order > end
    Race > Asked > end
    Race > Called > end
    plain: startEvent name=Begin
    paid: startEvent message=paid ext='<events:payloadSchema>{"required": ["amount"]}</events:payloadSchema>'
    alarm: startEvent signal=alarm
    daily: startEvent timer=R/2099-01-01T06:00:00Z/P1D
    Order: receiveTask message=order instantiate=true
    Race: eventBasedGateway instantiate=true
    Asked: intermediateCatchEvent message=asked
    Called: intermediateCatchEvent signal=called
    Work: userTask
    """
)
IN_LANES = STARTS.replace(
    '<process id="p" isExecutable="true">',
    '<process id="p" isExecutable="true"><laneSet id="lanes"><lane id="L1" name="Finance">'
    '<flowNodeRef>paid</flowNodeRef></lane><lane id="L2" name="Clock"><flowNodeRef>daily</flowNodeRef></lane>'
    "</laneSet>",
)
DEPLOY_WITH_WARNINGS = """
mutation($xml: String!) { deployProcessModel(input: {bpmnXml: $xml}) {
  ... on DeployProcessModelSuccess { processModels { version } warnings { elementId line message } }
} }
"""
TERMINATE = """
mutation($input: TerminateProcessInstanceInput!) { terminateProcessInstance(input: $input) {
  __typename
  ... on TerminateProcessInstanceSuccess { processInstance { state endReason endedAt waitingEvents { totalCount } } }
  ... on ForbiddenError { requiredPermission }
  ... on ProcessInstanceNotFoundError { processInstanceId }
  ... on ConflictError { retryable }
  ... on Error { code message }
} }
"""


async def _deploy(client: GraphQLClient, xml: str) -> Any:
    return (await client(DEPLOY, xml=xml)).data["deployProcessModel"]


async def _start(client: GraphQLClient, **arguments: Any) -> Any:
    return (await client(START, input=arguments)).data["startProcessInstance"]


async def _terminate(client: GraphQLClient, instance_id: str, **arguments: Any) -> Any:
    response = await client(TERMINATE, input={"processInstanceId": instance_id, **arguments})
    return response.data["terminateProcessInstance"]


class TestDeploy:
    async def test_a_changed_file_is_a_new_version_and_the_same_file_is_not(self, ada: GraphQLClient) -> None:
        first = await deploy(ada, ORDER)
        again = await deploy(ada, ORDER)
        changed = await deploy(ada, ORDER.replace('name="Order"', 'name="Big order"'))
        assert (first["key"], first["version"], first["name"]) == ("order", 1, "Order")
        assert again == first
        assert (changed["version"], changed["name"]) == (2, "Big order")

    @pytest.mark.parametrize("xml", ["", "no XML", "<a/>", ORDER.replace('targetRef="pay"', 'targetRef="gone"')])
    async def test_a_file_that_cannot_be_deployed(self, ada: GraphQLClient, xml: str) -> None:
        error = await _deploy(ada, xml)
        assert (error["__typename"], error["code"]) == ("InvalidProcessModelError", "INVALID_PROCESS_MODEL")
        assert all(issue["message"] for issue in error["issues"])
        assert error["issues"]

    async def test_an_issue_names_element_and_line(self, ada: GraphQLClient) -> None:
        error = await _deploy(ada, ORDER.replace('"type": "object"', '"type": "thing"'))
        (issue,) = error["issues"]
        assert issue["elementId"] == "pay"
        assert '<intermediateCatchEvent id="pay"' in ORDER.splitlines()[issue["line"] - 1]

    async def test_unknown_parts_of_a_file_are_warnings(self, ada: GraphQLClient) -> None:
        """Also those of a file that is deployed already."""
        xml = ORDER.replace('id="pay"', 'id="pay" colour="red"')
        for _ in range(2):
            deployed = (await ada(DEPLOY_WITH_WARNINGS, xml=xml)).data["deployProcessModel"]
            (warning,) = deployed["warnings"]
            assert (deployed["processModels"][0]["version"], warning["elementId"]) == (1, "pay")
            assert 'id="pay" colour="red"' in xml.splitlines()[warning["line"] - 1]
            assert warning["message"].startswith("the attribute `colour` on `intermediateCatchEvent` is unknown")

    async def test_a_file_without_unknown_parts_has_no_warnings(self, ada: GraphQLClient) -> None:
        assert (await ada(DEPLOY_WITH_WARNINGS, xml=ORDER)).data["deployProcessModel"]["warnings"] == []

    async def test_callers_without_the_permission(self, nobody: GraphQLClient, caller: CallerFactory) -> None:
        assert (await _deploy(nobody, ORDER))["__typename"] == "UnauthorizedError"
        assert (await _deploy(caller("processes:read"), ORDER))["__typename"] == "ForbiddenError"


class TestStart:
    async def test_in_a_correlation_chosen_by_the_caller_or_by_the_server(self, ada: GraphQLClient) -> None:
        await deploy(ada, ORDER)
        chosen = await start(ada, "order", "mine")
        generated = await start(ada, "order")
        assert chosen["correlation"] == {"id": "mine"}
        assert generated["correlation"]["id"].startswith("co_")
        assert chosen["state"] == generated["state"] == "RUNNING"

    async def test_the_same_request_again_is_replayed(self, ada: GraphQLClient) -> None:
        await deploy(ada, ORDER)
        first = await _start(ada, processModelKey="order", idempotencyKey="k")
        again = await _start(ada, processModelKey="order", idempotencyKey="k")
        assert (first["replayed"], again) == (False, {**first, "replayed": True})

    async def test_every_typed_error(self, ada: GraphQLClient, nobody: GraphQLClient, caller: CallerFactory) -> None:
        await deploy(ada, ORDER)
        await deploy(ada, STILLBORN)
        await _start(ada, processModelKey="order", idempotencyKey="k")
        order: dict[str, Any] = {"processModelKey": "order"}
        errors = [
            await _start(ada, **order, payload=[]),
            await _start(nobody, **order),
            await _start(caller("events:read"), **order),
            await _start(ada, processModelKey="nothing"),
            await _start(ada, **order, correlationId="other", idempotencyKey="k"),
            await _start(ada, processModelKey="nothing", idempotencyKey="k"),
            await _start(ada, processModelKey="stillborn"),
        ]
        assert [(each["__typename"], each["code"]) for each in errors] == [
            ("InvalidPayloadError", "INVALID_PAYLOAD"),
            ("UnauthorizedError", "UNAUTHORIZED"),
            ("ForbiddenError", "FORBIDDEN"),
            ("ProcessModelNotFoundError", "PROCESS_MODEL_NOT_FOUND"),
            ("ConflictError", "CONFLICT"),
            ("ConflictError", "CONFLICT"),
            ("ProcessFailedError", "PROCESS_FAILED"),
        ]

    @pytest.mark.parametrize(
        "arguments", [{"correlationId": ""}, {"correlationId": "\0"}, {"startElementId": "nothing"}]
    )
    async def test_a_bad_argument(self, ada: GraphQLClient, arguments: dict[str, str]) -> None:
        await deploy(ada, ORDER)
        response = await ada(START, input={"processModelKey": "order", **arguments})
        assert (response.code, response.body["data"]) == ("BAD_USER_INPUT", None)
        assert response.error["message"].startswith(f"{next(iter(arguments))}: ")


class TestTerminate:
    async def test_its_waiting_events_are_cancelled(self, ada: GraphQLClient) -> None:
        await deploy(ada, ORDER)
        instance = await start(ada, "order", "c1")
        done = await _terminate(ada, instance["id"], reason="a mistake")
        assert done["processInstance"]["endedAt"] is not None
        assert done["processInstance"] == {
            "state": "TERMINATED",
            "endReason": "a mistake",
            "endedAt": done["processInstance"]["endedAt"],
            "waitingEvents": {"totalCount": 0},
        }
        assert await waiting(ada) == {}

    async def test_every_typed_error(self, ada: GraphQLClient, nobody: GraphQLClient, caller: CallerFactory) -> None:
        await deploy(ada, BRITTLE)
        instance = await start(ada, "brittle", "c1")
        errors = [
            await _terminate(nobody, instance["id"]),
            await _terminate(caller("events:read"), instance["id"]),
            await _terminate(ada, "pi_nothing"),
        ]
        await _terminate(ada, instance["id"])
        errors.append(await _terminate(ada, instance["id"]))
        assert [each["__typename"] for each in errors] == [
            "UnauthorizedError",
            "ForbiddenError",
            "ProcessInstanceNotFoundError",
            "ConflictError",
        ]
        assert errors[1]["requiredPermission"] == "processes:terminate"
        assert errors[2]["processInstanceId"] == "pi_nothing"
        assert errors[3]["retryable"] is False

    async def test_a_called_instance_cannot_be_terminated(self, ada: GraphQLClient) -> None:
        await deploy(ada, ORDER)
        await deploy(ada, CALLER)
        await start(ada, "caller", "c1")
        called = await trigger(ada, "caller", "c1", "wait")
        error = await _terminate(ada, called["nextWaitingEvents"][0]["processInstance"]["id"])
        assert error["__typename"] == "ConflictError"


async def start_events(client: GraphQLClient, key: str = "p") -> list[dict[str, Any]]:
    response = await client(MODEL_QUERY, key=key)
    return list(response.data["processModel"]["startEvents"])


async def test_all_start_events_in_the_order_of_the_file(ada: GraphQLClient) -> None:
    await deploy(ada, STARTS)
    found = await start_events(ada)
    assert [event["elementId"] for event in found] == [
        "plain",
        "paid",
        "alarm",
        "daily",
        "Order",
        "Asked",
        "Called",
    ]
    by_id = {event["elementId"]: event for event in found}
    assert {key: (event["eventType"], event["eventName"]) for key, event in by_id.items()} == {
        "plain": (None, None),
        "paid": ("MESSAGE", "paid"),
        "alarm": ("SIGNAL", "alarm"),
        "daily": ("TIMER", None),
        "Order": ("MESSAGE", "order"),
        "Asked": ("MESSAGE", "asked"),
        "Called": ("SIGNAL", "called"),
    }
    assert [by_id[each]["name"] for each in ("plain", "paid")] == ["Begin", None]
    assert {key: event["payloadSchema"] for key, event in by_id.items() if event["payloadSchema"]} == {
        "paid": {"required": ["amount"]}
    }
    due = {key: event["nextDueAt"] for key, event in by_id.items() if event["nextDueAt"]}
    assert due.keys() == {"daily"}
    assert datetime.fromisoformat(due["daily"]) == datetime.fromisoformat("2099-01-01T06:00:00Z")


async def test_only_the_newest_version_has_a_due_time(ada: GraphQLClient) -> None:
    old = await deploy(ada, STARTS)
    await deploy(ada, STARTS.replace("R/2099-01-01", "R/2098-01-01"))
    response = await ada(
        f"query($id: ID!) {{ node(id: $id) {{ ... on ProcessModel {{ {START_EVENTS} }} }} }}", id=old["id"]
    )
    assert [event["nextDueAt"] for event in response.data["node"]["startEvents"]] == [None] * 7
    assert [event["nextDueAt"][:4] for event in await start_events(ada) if event["nextDueAt"]] == ["2098"]


async def test_a_start_event_in_another_lane_is_not_shown(ada: GraphQLClient, caller: CallerFactory) -> None:
    await deploy(ada, IN_LANES)
    assert len(await start_events(ada)) == 7
    others = ["plain", "alarm", "Order", "Asked", "Called"]
    for lanes, seen in (((), []), (("Finance",), ["paid"]), (("Clock",), ["daily"])):
        shown = {event["elementId"] for event in await start_events(caller(*Permission, lanes=lanes))}
        assert shown == {*others, *seen}


async def test_the_field_requires_the_permission_to_read_processes(ada: GraphQLClient, caller: CallerFactory) -> None:
    """Such a caller reaches the model through what waits in it."""
    await deploy(ada, draw("start > Ask > end\nAsk: receiveTask message=ask\n"))
    start = 'mutation { startProcessInstance(input: {processModelKey: "p"}) { __typename } }'
    assert (await ada(start)).data["startProcessInstance"]["__typename"] == "StartProcessInstanceSuccess"
    query = (
        f"{{ waitingEvents {{ ... on WaitingEventConnection {{ nodes {{ processModel {{ {START_EVENTS} }} }} }} }} }}"
    )
    response = await caller(Permission.EVENTS_READ)(query)
    assert response.code == "FORBIDDEN"
    assert len((await ada(query)).data["waitingEvents"]["nodes"][0]["processModel"]["startEvents"]) == 1


async def test_a_model_that_is_deployed_lists_its_start_events(ada: GraphQLClient) -> None:
    mutation = f"""mutation($xml: String!) {{ deployProcessModel(input: {{bpmnXml: $xml}}) {{
        ... on DeployProcessModelSuccess {{ processModels {{ {START_EVENTS} }} }} }} }}"""
    (model,) = (await ada(mutation, xml=STARTS)).data["deployProcessModel"]["processModels"]
    assert len(model["startEvents"]) == 7
