"""The first use of a large model after a restart does not stop the server meanwhile."""

import asyncio
import time

from tests.faults.stage import open_stage
from tests.system.client import DEPLOY, START

TASKS = 4_900
TICK_SECONDS = 0.005
# Of the ticks of an idle event loop. A thread that compiles leaves about half of them; a compilation in the loop, none.
LEAST_SHARE = 0.1
FINISH = """
mutation($task: ID!) {
  finishUserTask(input: {processModelKey: "long", correlationId: "c-1", userTaskId: $task}) { __typename } }
"""


def long_model() -> str:
    tasks = "".join(
        f'<userTask id="T{number}"/><sequenceFlow id="f{number}" sourceRef="T{number}" targetRef="T{number + 1}"/>'
        for number in range(TASKS)
    )
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">'
        '<process id="long" isExecutable="true"><startEvent id="begin"/>'
        f'<sequenceFlow id="f" sourceRef="begin" targetRef="T0"/>{tasks}'
        f'<endEvent id="T{TASKS}"/></process></definitions>'
    )


class Heartbeat:
    """Counts the ticks of the event loop."""

    def __init__(self) -> None:
        self.ticks = 0

    async def run(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self.ticks += 1


async def test_other_tasks_go_on_while_a_large_model_is_compiled(url: str) -> None:
    async with open_stage(url) as stage:
        result = await stage.client.graphql(DEPLOY, xml=long_model())
        assert result["__typename"] == "DeployProcessModelSuccess", result
        await stage.client.graphql(START, input={"processModelKey": "long", "correlationId": "c-1"})

    async with open_stage(url) as stage:
        await stage.client.list_events()  # connects, and compiles the GraphQL schema
        heartbeat = Heartbeat()
        task = asyncio.create_task(heartbeat.run())
        started = time.perf_counter()
        await asyncio.sleep(0.5)
        usual = heartbeat.ticks / (time.perf_counter() - started)

        heartbeat.ticks, started = 0, time.perf_counter()
        result = await stage.client.graphql(FINISH, task="T0")
        expected = usual * (time.perf_counter() - started)
        task.cancel()
        assert result["__typename"] == "FinishTaskSuccess"
        assert heartbeat.ticks >= LEAST_SHARE * expected
