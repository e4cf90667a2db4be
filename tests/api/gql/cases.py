"""Variables with which each operation in ``graphql/`` succeeds against the sample processes."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from bpmn_events.application.services import Services
from bpmn_events.bootstrap import start_demo
from bpmn_events.samples import sample_files
from tests.api.gql.client import GraphQLClient
from tests.api.gql.models import APPROVAL
from tests.support.documents import operation_text

PAYMENT = {"amount": 120, "currency": "EUR", "reference": "order-1001"}


class Demo:
    """The running sample processes, and a client with all permissions."""

    def __init__(self, client: GraphQLClient) -> None:
        self.client = client

    @classmethod
    async def start(cls, services: Services, client: GraphQLClient) -> "Demo":
        await start_demo(services)
        return cls(client)

    async def execute(self, operation: str, **variables: Any) -> Any:
        """Return the result of the operation's only root field."""
        (result,) = (await self.client(operation_text(operation), **variables)).data.values()
        return result

    async def waiting(self, element_id: str = "PaymentReceived", correlation_id: str = "order-1001") -> dict[str, Any]:
        filter = {"correlationIds": [correlation_id], "elementIds": [element_id]}
        (node,) = (await self.execute("WaitingEvents", filter=filter))["nodes"]
        return dict(node)

    async def payment(self) -> dict[str, Any]:
        """Return the input that triggers the payment of the first order."""
        event = await self.waiting()
        return {
            "processModelKey": event["processModel"]["key"],
            "correlationId": event["correlation"]["id"],
            "eventId": event["id"],
            "payload": PAYMENT,
        }

    async def changes_cursor(self) -> str:
        """Return a cursor after which a payment adds a trigger, removes an event and adds others."""
        listed = await self.execute("WaitingEvents", first=1)
        await self.execute("TriggerEvent", input=await self.payment())
        return str(listed["changesCursor"])


VariablesFactory = Callable[[Demo], Awaitable[dict[str, Any]]]


def fixed(**variables: Any) -> VariablesFactory:
    async def build(_: Demo) -> dict[str, Any]:
        return variables

    return build


async def _event(demo: Demo) -> dict[str, Any]:
    return {"id": (await demo.waiting())["id"]}


async def _instance(demo: Demo) -> dict[str, Any]:
    return {"id": (await demo.waiting())["processInstance"]["id"]}


async def _history(demo: Demo) -> dict[str, Any]:
    await demo.execute("TriggerEvent", input=await demo.payment())
    return {"first": 10, "correlationId": "order-1001"}


async def _trigger(demo: Demo) -> dict[str, Any]:
    return {"input": {**await demo.payment(), "idempotencyKey": "payment 4711"}}


async def _triggers(demo: Demo) -> dict[str, Any]:
    payment = await demo.payment()
    return {"inputs": [payment, {**payment, "correlationId": "elsewhere"}]}


async def _terminate(demo: Demo) -> dict[str, Any]:
    instance = (await demo.waiting())["processInstance"]["id"]
    return {"input": {"processInstanceId": instance, "reason": "a duplicate"}}


def _finish(kind: str) -> VariablesFactory:
    """Return the variables that finish the user task or the external task of an approval, as ``kind`` says."""

    async def build(demo: Demo) -> dict[str, Any]:
        await demo.execute("DeployProcessModel", input={"bpmnXml": APPROVAL})
        approval = {"processModelKey": "approval", "correlationId": f"approval-{uuid4().hex}"}
        await demo.execute("StartProcessInstance", input=approval)
        finished = {**approval, "result": {"approved": True}}
        if kind == "userTask":
            return {"input": {**finished, "userTaskId": "approve"}}
        await demo.execute("FinishUserTask", input={**finished, "userTaskId": "approve"})
        return {"input": {**finished, "externalTaskId": "book"}}

    return build


async def _throw(demo: Demo) -> dict[str, Any]:
    task = (await _finish("externalTask")(demo))["input"]
    del task["result"]
    return {"input": {**task, "errorCode": "NO_BUDGET", "errorMessage": "over the limit", "variables": {"left": 3}}}


async def _changes(demo: Demo) -> dict[str, Any]:
    return {"filter": {"processModelKeys": ["order"]}, "after": await demo.changes_cursor()}


async def _changes_of_model(demo: Demo) -> dict[str, Any]:
    return {"processModelKey": "order", "after": await demo.changes_cursor()}


async def _changes_of_tasks(demo: Demo) -> dict[str, Any]:
    """Return a cursor after which a user task is finished and an external task opened."""
    listed = await demo.execute("OpenTasks", first=1)
    await _finish("externalTask")(demo)
    return {"processModelKey": "approval", "after": listed["changesCursor"]}


VARIABLES: dict[str, VariablesFactory] = {
    "Correlation": fixed(id="order-1001"),
    "DeployProcessModel": fixed(input={"bpmnXml": sample_files()[0].read_text("utf-8")}),
    "EventHistory": _history,
    "EventTriggerChanges": _changes_of_model,
    "FinishExternalTask": _finish("externalTask"),
    "FinishUserTask": _finish("userTask"),
    "Node": _event,
    "OpenTaskChanges": _changes_of_tasks,
    "OpenTasks": fixed(first=5, processModelKey="order"),
    "Retries": fixed(first=5, kinds=["TIMER", "MESSAGE"]),
    "ProcessInstance": _instance,
    "ProcessModel": fixed(key="order", first=5),
    "ProcessModels": fixed(first=2),
    "StartProcessInstance": fixed(input={"processModelKey": "order", "payload": {"customer": "Ada"}}),
    "TerminateProcessInstance": _terminate,
    "ThrowBpmnError": _throw,
    "TriggerEvent": _trigger,
    "TriggerEvents": _triggers,
    "TriggerMessage": fixed(input={"name": "payment-received", "correlationId": "order-1001", "payload": PAYMENT}),
    "TriggerSignal": fixed(input={"name": "hiring-frozen", "processModelKey": "hiring"}),
    "Viewer": fixed(),
    "WaitingEvent": _event,
    "WaitingEventChanges": _changes,
    "WaitingEventStats": fixed(groupBy=["PROCESS_MODEL", "LANE"]),
    "WaitingEvents": fixed(filter={"processModelKeys": ["order"], "eventTypes": ["MESSAGE"]}),
    "WaitingEventsPage": fixed(last=3, orderBy="WAITING_SINCE_DESC"),
}
