"""openTasks and throwBpmnError, and the open tasks of a process instance."""

from typing import Any

from tests.api.gql.client import GraphQLClient
from tests.api.gql.conftest import CallerFactory
from tests.api.gql.models import APPROVAL
from tests.api.gql.steps import deploy, start
from tests.contract.storage.cost.test_cost import statements
from tests.delivery.models import CHARGE

TASK = "id elementId taskType lane viewerCanFinish processModel { key } processInstance { id } correlation { id }"
OF_INSTANCE = f"""
query($id: ID!, $first: Int, $after: String) {{ node(id: $id) {{ ... on ProcessInstance {{
  openTasks(first: $first, after: $after) {{
    totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ {TASK} }} edges {{ cursor node {{ id }} }} }}
}} }} }}
"""
OPEN = f"""
query($key: ID) {{ openTasks(first: 10, processModelKey: $key) {{
  __typename ... on OpenTaskConnection {{ totalCount nodes {{ {TASK} }} }} ... on Error {{ code }} }} }}
"""


async def open_tasks(client: GraphQLClient, instance: str, **page: Any) -> dict[str, Any]:
    return dict((await client(OF_INSTANCE, id=instance, **page)).data["node"]["openTasks"])


async def test_an_instance_shows_its_open_tasks(ada: GraphQLClient) -> None:
    await deploy(ada, APPROVAL)
    instance = await start(ada, "approval", "c-1")
    await start(ada, "approval", "c-2")
    page = await open_tasks(ada, instance["id"])
    (task,) = page["nodes"]
    assert page["totalCount"] == 1
    assert task == {
        "id": task["id"],
        "elementId": "approve",
        "taskType": "USER",
        "lane": "Boss",
        "viewerCanFinish": True,
        "processModel": {"key": "approval"},
        "processInstance": {"id": instance["id"]},
        "correlation": {"id": "c-1"},
    }
    (edge,) = page["edges"]
    assert (await open_tasks(ada, instance["id"], after=edge["cursor"]))["nodes"] == []


async def test_all_open_tasks_oldest_first(ada: GraphQLClient) -> None:
    await deploy(ada, APPROVAL)
    for number in range(3):
        await start(ada, "approval", f"c-{number}")
    page = (await ada(OPEN)).data["openTasks"]
    assert [node["correlation"]["id"] for node in page["nodes"]] == ["c-0", "c-1", "c-2"]
    assert page["totalCount"] == 3
    assert (await ada(OPEN, key="nothing")).data["openTasks"]["nodes"] == []


async def test_the_open_tasks_of_a_topic(ada: GraphQLClient) -> None:
    topic = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" camunda:topic="payments"'
    for model in (APPROVAL, CHARGE.replace('<serviceTask id="card"/>', f'<serviceTask id="card" {topic}/>')):
        await deploy(ada, model)
    await start(ada, "approval", "c-1")
    await start(ada, "charge", "c-2")
    selection = "... on OpenTaskConnection { totalCount nodes { topic } }"
    query = f"query($topic: String) {{ openTasks(topic: $topic) {{ {selection} }} }}"
    for topic, count in (("payments", 1), ("shipping", 0), ("", 0)):
        page = (await ada(query, topic=topic)).data["openTasks"]
        assert page == {"nodes": [{"topic": topic}] * count, "totalCount": count}
    assert (await ada(query, topic=None)).data["openTasks"]["totalCount"] == 2


async def test_lanes_and_permissions(ada: GraphQLClient, caller: CallerFactory, nobody: GraphQLClient) -> None:
    await deploy(ada, APPROVAL)
    instance = await start(ada, "approval", "c-1")
    (task,) = (await open_tasks(ada, instance["id"]))["nodes"]
    clerk = caller(lanes=("Clerk",))
    assert (await open_tasks(clerk, instance["id"]))["totalCount"] == 0
    assert (await clerk(OPEN)).data["openTasks"]["nodes"] == []
    node = "query($id: ID!) { node(id: $id) { id __typename } }"
    assert (await clerk(node, id=task["id"])).data["node"] is None
    assert (await ada(node, id=task["id"])).data["node"] == {"id": task["id"], "__typename": "OpenTask"}
    reader = caller("events:read", "processes:read", lanes=("Boss",))
    assert [each["viewerCanFinish"] for each in (await open_tasks(reader, instance["id"]))["nodes"]] == [False]
    assert (await caller("processes:read")(OPEN)).data["openTasks"]["code"] == "FORBIDDEN"
    assert (await nobody(OPEN)).data["openTasks"]["code"] == "UNAUTHORIZED"


async def test_the_statements_do_not_grow_with_the_tasks(ada: GraphQLClient) -> None:
    await deploy(ada, APPROVAL)
    await start(ada, "approval", "c")
    await ada(OPEN)  # loads the model, which is then cached
    counts = []
    for number in range(2):
        for each in range(1 + number * 8):
            await start(ada, "approval", f"c-{number}-{each}")
        with statements() as seen:
            assert (await ada(OPEN)).data["openTasks"]["totalCount"] > 0
        counts.append(len(seen))
    assert counts[0] == counts[1]


THROW = """
mutation($input: ThrowBpmnErrorInput!) { throwBpmnError(input: $input) {
  __typename
  ... on FinishTaskSuccess { replayed task { elementId } processInstance { state endReason variables }
    nextWaitingEvents { elementId } nextOpenTasks { elementId } }
  ... on Error { code }
} }
"""
CARD = {"processModelKey": "charge", "correlationId": "c-1", "externalTaskId": "card"}


async def test_a_task_ends_with_an_error_that_the_model_catches(ada: GraphQLClient) -> None:
    await deploy(ada, CHARGE)
    await start(ada, "charge", "c-1")
    arguments = {**CARD, "errorCode": "DECLINED", "errorMessage": "no money", "variables": {"card": 7}}
    assert (await ada(THROW, input={**arguments, "idempotencyKey": "k"})).data["throwBpmnError"] == {
        "__typename": "FinishTaskSuccess",
        "replayed": False,
        "task": {"elementId": "card"},
        "processInstance": {"state": "RUNNING", "endReason": None, "variables": {"card": 7, "why": "no money"}},
        "nextWaitingEvents": [{"elementId": "go"}],
        "nextOpenTasks": [{"elementId": "look"}],
    }
    assert (await ada(THROW, input={**arguments, "idempotencyKey": "k"})).data["throwBpmnError"]["replayed"] is True
    assert (await ada(THROW, input=arguments)).data["throwBpmnError"]["code"] == "TASK_NOT_FOUND"


async def test_an_error_that_no_event_catches(ada: GraphQLClient) -> None:
    await deploy(ada, CHARGE)
    await start(ada, "charge", "c-1")
    instance = (await ada(THROW, input={**CARD, "errorCode": "BROKEN"})).data["throwBpmnError"]["processInstance"]
    assert instance == {
        "state": "FAILED",
        "endReason": "the error 'BROKEN', thrown at 'card', was not caught",
        "variables": {},
    }


async def test_typed_errors_of_throwing(ada: GraphQLClient, caller: CallerFactory, nobody: GraphQLClient) -> None:
    await deploy(ada, CHARGE)
    await start(ada, "charge", "c-1")
    arguments = {**CARD, "errorCode": "DECLINED"}
    for client, more, code in (
        (nobody, {}, "UNAUTHORIZED"),
        (caller("events:read"), {}, "FORBIDDEN"),
        (caller(lanes=("Boss",)), {}, "FORBIDDEN"),
        (ada, {"variables": [1]}, "INVALID_PAYLOAD"),
        (ada, {"processModelKey": "nothing"}, "PROCESS_MODEL_NOT_FOUND"),
        (ada, {"correlationId": "nowhere"}, "CORRELATION_NOT_FOUND"),
        (ada, {"externalTaskId": "go"}, "TASK_NOT_FOUND"),
    ):
        selection = THROW.replace("variables", "") if client is not ada else THROW
        assert (await client(selection, input={**arguments, **more})).data["throwBpmnError"]["code"] == code
    response = await ada(THROW, input={**arguments, "errorCode": ""})
    assert (response.code, response.error["message"]) == (
        "BAD_USER_INPUT",
        "errorCode: takes 1 to 255 printable characters.",
    )
