"""The first use of a large model after a restart does not stop the server meanwhile."""

import asyncio
import time

from tests.faults.stage import open_stage
from tests.system.client import DEPLOY, START

TASKS = 4_900
TICK_SECONDS = 0.005
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
    """Counts the ticks of the event loop, and measures the longest time between two of them."""

    def __init__(self) -> None:
        self.ticks = 0
        self.longest_pause = 0.0

    async def run(self) -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(TICK_SECONDS)
            now = time.perf_counter()
            self.longest_pause, last = max(self.longest_pause, now - last), now
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
        await asyncio.sleep(0)
        started = time.perf_counter()
        result = await stage.client.graphql(FINISH, task="T0")
        seconds = time.perf_counter() - started
        await asyncio.sleep(2 * TICK_SECONDS)  # the pause that lasts until now ends
        task.cancel()
        assert result["__typename"] == "FinishTaskSuccess"
        print(f"{heartbeat.ticks} ticks in {seconds:.2f} s, the longest pause {heartbeat.longest_pause:.2f} s")
        # A compilation in the event loop takes nearly all of the request.
        assert heartbeat.longest_pause < seconds / 2
