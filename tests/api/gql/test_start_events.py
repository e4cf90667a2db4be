"""ProcessModel.startEvents: all elements at which an instance can begin, in the caller's lanes."""

from datetime import datetime
from typing import Any

from bpmn_events.domain.principal import Permission
from tests.api.gql.client import GraphQLClient
from tests.api.gql.conftest import CallerFactory
from tests.api.gql.steps import deploy
from tests.conformance.drawing import draw

FIELDS = "startEvents { elementId name eventType eventName payloadSchema nextDueAt }"
QUERY = f"query($key: ID!) {{ processModel(key: $key) {{ ... on ProcessModel {{ id version {FIELDS} }} }} }}"
MODEL = draw(
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
IN_LANES = MODEL.replace(
    '<process id="p" isExecutable="true">',
    '<process id="p" isExecutable="true"><laneSet id="lanes"><lane id="L1" name="Finance">'
    '<flowNodeRef>paid</flowNodeRef></lane><lane id="L2" name="Clock"><flowNodeRef>daily</flowNodeRef></lane>'
    "</laneSet>",
)


async def start_events(client: GraphQLClient, key: str = "p") -> list[dict[str, Any]]:
    response = await client(QUERY, key=key)
    return list(response.data["processModel"]["startEvents"])


async def test_all_start_events_in_the_order_of_the_file(ada: GraphQLClient) -> None:
    await deploy(ada, MODEL)
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
    old = await deploy(ada, MODEL)
    await deploy(ada, MODEL.replace("R/2099-01-01", "R/2098-01-01"))
    response = await ada(f"query($id: ID!) {{ node(id: $id) {{ ... on ProcessModel {{ {FIELDS} }} }} }}", id=old["id"])
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
    query = f"{{ waitingEvents {{ ... on WaitingEventConnection {{ nodes {{ processModel {{ {FIELDS} }} }} }} }} }}"
    response = await caller(Permission.EVENTS_READ)(query)
    assert response.code == "FORBIDDEN"
    assert len((await ada(query)).data["waitingEvents"]["nodes"][0]["processModel"]["startEvents"]) == 1


async def test_a_model_that_is_deployed_lists_its_start_events(ada: GraphQLClient) -> None:
    mutation = f"""mutation($xml: String!) {{ deployProcessModel(input: {{bpmnXml: $xml}}) {{
        ... on DeployProcessModelSuccess {{ processModels {{ {FIELDS} }} }} }} }}"""
    (model,) = (await ada(mutation, xml=MODEL)).data["deployProcessModel"]["processModels"]
    assert len(model["startEvents"]) == 7
