"""The published client of process-engine.io's consumer API works with our routes as with its own server."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from bpmn_events.domain.principal import Permission
from tests.api.gql.client import ALL
from tests.api.gql.steps import DEPLOY, START
from tests.api.tokens import token
from tests.clients.commands import run_successfully
from tests.support.server import ServerProcess, running

HERE = Path(__file__).with_name("consumer")
pytestmark = pytest.mark.timeout(600)  # the first time, the tools are installed


@pytest.fixture(scope="module")
def answers(client_tools: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the results of the client, by request."""
    with running(ServerProcess(tmp_path_factory.mktemp("consumer"))) as server:
        credential = token(ALL, ("*",), "ada")
        prepare(server.address, credential)
        printed = run_successfully(
            ["node", HERE / "drive.cjs"],
            DRIVE_URL=server.address,
            DRIVE_TOKEN=credential,
            DRIVE_READER_TOKEN=token([Permission.EVENTS_READ]),
        )
    return {answer.pop("name"): answer for answer in map(json.loads, printed.splitlines())}


def prepare(address: str, credential: str) -> None:
    """Deploy and start a process that waits for a message, a signal and a timer."""
    headers = {"Authorization": f"Bearer {credential}"}
    xml = (HERE / "drive.bpmn").read_text("utf-8")
    for query, variables in (
        (DEPLOY, {"xml": xml}),
        (START, {"input": {"processModelKey": "drive", "correlationId": "case 1"}}),
    ):
        answer = httpx.post(f"{address}/graphql", json={"query": query, "variables": variables}, headers=headers)
        assert "Success" in answer.text, answer.text


def test_it_lists_and_triggers(answers: dict[str, Any]) -> None:
    everything = answers["of a model"]
    assert everything == answers["of a correlation"] == answers["of a model in a correlation"]
    assert everything["totalCount"] == 3
    assert [(event["id"], event["eventName"], event["eventType"]) for event in everything["events"]] == [
        ("wait", "go", "messageEvent"),
        ("alarmed", "alarm", "signalEvent"),
        ("remind", None, "timerEvent"),
    ]
    for event in everything["events"]:
        assert event["bpmnType"] == "bpmn:IntermediateCatchEvent"
        assert (event["processModelId"], event["correlationId"]) == ("drive", "case 1")
        assert event["flowNodeInstanceId"].startswith("we_")
        assert event["processInstanceId"].startswith("pi_")
    assert answers["the second page"] == {"events": everything["events"][1:2], "totalCount": 3}
    for name in ("of an unknown model", "of an unknown correlation"):
        assert answers[name] == {"events": [], "totalCount": 0}
    assert [event["id"] for event in answers["afterwards"]["events"]] == ["remind"]


def test_it_understands_what_is_refused(answers: dict[str, Any]) -> None:
    assert answers["without a token"]["error"] == "UnauthorizedError"
    assert answers["without the permission"] == {
        "error": "ForbiddenError",
        "message": "The token lacks the permission events:trigger.",
    }
    refused = answers["with a payload that is no object"]
    assert (refused["error"], refused["message"]) == (
        "BadRequestError",
        "The payload was refused: a payload is a JSON object.",
    )
