"""Generated clients follow what waits over a WebSocket, and continue after a cut connection."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.tokens import token
from tests.clients.commands import BUILD, PYTHON, ROOT
from tests.clients.lines import running_program
from tests.support.server import ServerProcess, running
from tests.support.unreliable_proxy import unreliable_proxy

pytestmark = pytest.mark.timeout(600)  # the first time, the tools are installed

BRITTLE = (ROOT / "tests" / "clients" / "brittle.bpmn").read_text("utf-8")
TRUSTED = json.loads((ROOT / "graphql" / "trusted-documents.json").read_text("utf-8"))
CLIENTS = ["typescript", "typescript by id", "python"]


@pytest.fixture(scope="module")
def typescript_watcher(typescript_driver: list[str | Path]) -> list[str | Path]:
    return ["node", Path(typescript_driver[1]).with_name("watch.js")]


@pytest.fixture(scope="module")
def python_watcher(python_driver: list[str | Path]) -> list[str | Path]:
    return ["env", f"PYTHONPATH={BUILD / 'python'}", PYTHON / "python", "tests/clients/python/watch.py"]


@pytest.fixture(params=CLIENTS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def watcher(kind: str, request: pytest.FixtureRequest) -> list[str | Path]:
    command: list[str | Path] = request.getfixturevalue(f"{kind.split(maxsplit=1)[0]}_watcher")
    return command


@pytest.fixture
def server(kind: str, tmp_path: Path) -> Iterator[ServerProcess]:
    settings = {"GRAPHQL_ONLY_TRUSTED": "true"} if "id" in kind else {}
    with running(ServerProcess(tmp_path, settings=settings)) as server:
        yield server


async def execute(http: httpx.AsyncClient, mutation: str, **input: Any) -> None:
    """Execute the trusted document with this name."""
    (document_id,) = (each for each, text in TRUSTED.items() if f"mutation {mutation}(" in text)
    body = {"documentId": document_id, "variables": {"input": input}}
    headers = {"Authorization": f"Bearer {token(subject='ada')}"}
    (result,) = (await http.post("/graphql", json=body, headers=headers)).json()["data"].values()
    assert result["__typename"].endswith("Success"), result


async def start(http: httpx.AsyncClient, correlation: str) -> None:
    await execute(http, "StartProcessInstance", processModelKey="brittle", correlationId=correlation)


async def test_a_generated_client_continues_after_the_last_change(
    kind: str, watcher: list[str | Path], server: ServerProcess
) -> None:
    environment = {**os.environ, "DRIVE_TOKEN": token(), "DRIVE_BY_ID": "yes" if "id" in kind else ""}
    with unreliable_proxy(server.address) as proxy:
        environment["DRIVE_URL"] = f"{proxy.address}/graphql"
        async with httpx.AsyncClient(base_url=server.address) as ada:
            await execute(ada, "DeployProcessModel", bpmnXml=BRITTLE)
            await start(ada, "c-0")
            with running_program(watcher, environment) as lines:
                await lines.wait_for(1)
                for number in range(1, 7):
                    await start(ada, f"c-{number}")
                    if number in (3, 5):
                        await lines.wait_for(number)
                        proxy.cut()
                for number in range(7):
                    address = {"processModelKey": "brittle", "correlationId": f"c-{number}", "eventId": "wait"}
                    await execute(ada, "TriggerEvent", **address, payload={"way": "right"})
                lines.wait_for_end()
                assert lines.values == [
                    {"typename": "WaitingEventConnection", "description": "c-0"},
                    *(
                        {"typename": "WaitingEventAdded", "description": f"wait in c-{number}"}
                        for number in range(1, 7)
                    ),
                    *(
                        {"typename": "WaitingEventRemoved", "description": f"TRIGGERED in c-{number} by ada"}
                        for number in range(7)
                    ),
                    {"typename": "EventTriggerAdded", "description": "wait in c-0"},
                ]
                assert proxy.connections >= 4
