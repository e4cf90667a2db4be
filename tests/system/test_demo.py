"""The demo, and the curl command that it prints."""

import json
import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.support.programs import require_program
from tests.support.server import ServerProcess


@dataclass(frozen=True)
class CurlResponse:
    status: int
    body: dict[str, Any]


def printed_curl(server: ServerProcess) -> str:
    """Return the curl command that the server printed, as a user copies it from the terminal."""
    command = re.search(r"^  (curl .*?)\n\n", server.output, re.DOTALL | re.MULTILINE)
    assert command is not None, server.output
    return command[1]


def run_curl(command: str, folder: Path) -> CurlResponse:
    done = subprocess.run(["bash", "-c", command], cwd=folder, check=True, capture_output=True, text=True)
    head, _, body = done.stdout.replace("\r\n", "\n").partition("\n\n")
    return CurlResponse(int(head.split()[1]), json.loads(body))


def test_printed_curl_command_triggers_an_event_once(demo: ServerProcess, tmp_path: Path) -> None:
    require_program("curl")
    command = printed_curl(demo)
    first = run_curl(command, tmp_path)
    assert first.status == 200
    assert first.body["trigger"]["elementId"] == "PaymentReceived"
    assert first.body["processInstance"]["state"] == "RUNNING"
    assert [event["elementId"] for event in first.body["nextWaitingEvents"]] == ["ConfirmShipment", "AddressChanged"]
    second = run_curl(command, tmp_path)
    assert (second.status, second.body["code"], second.body["reason"]) == (
        404,
        "EVENT_NOT_FOUND",
        "ALREADY_TRIGGERED",
    )


def test_restarted_demo_has_the_same_waiting_events(demo: ServerProcess) -> None:
    """A restart with the same data deploys no new versions, and starts only instances that no longer wait."""
    before = _list_events(demo)
    demo.stop()
    demo.start()
    assert _list_events(demo) == before
    assert {event["processModelId"] for event in before} == {"order", "hiring", "incident"}


def _list_events(server: ServerProcess) -> list[dict[str, Any]]:
    token = shlex.split(re.findall(r"Authorization: Bearer (\S+)'", server.output)[-1])[0]
    events: list[dict[str, Any]] = []
    for key in ("order", "hiring", "incident"):
        response = httpx.get(
            f"{server.address}/process_models/{key}/events", headers={"Authorization": f"Bearer {token}"}
        )
        events += response.json()["events"]
    return events
