"""What a newcomer sees first: the demonstration, and the request it prints."""

import json
import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.support.server import ServerProcess
from tests.support.shell import needs_program


@dataclass(frozen=True)
class CurlAnswer:
    status: int
    body: dict[str, Any]


def printed_curl(server: ServerProcess) -> str:
    """The command, as somebody would copy it from the terminal."""
    command = re.search(r"^  (curl .*?)\n\n", server.output, re.DOTALL | re.MULTILINE)
    assert command is not None, server.output
    return command[1]


def run_curl(command: str, folder: Path) -> CurlAnswer:
    done = subprocess.run(["bash", "-c", command], cwd=folder, check=True, capture_output=True, text=True)
    head, _, body = done.stdout.replace("\r\n", "\n").partition("\n\n")
    return CurlAnswer(int(head.split()[1]), json.loads(body))


def test_printed_request_triggers_a_real_event_once(demo: ServerProcess, tmp_path: Path) -> None:
    needs_program("curl")
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


def test_demonstration_always_has_something_waiting(demo: ServerProcess) -> None:
    """Started again over the same data, it deploys nothing twice and starts only what no longer waits."""
    before = _waiting(demo)
    demo.stop()
    demo.start()
    assert _waiting(demo) == before
    assert {event["processModelId"] for event in before} == {"order", "hiring", "incident"}


def _waiting(server: ServerProcess) -> list[dict[str, Any]]:
    token = shlex.split(re.findall(r"Authorization: Bearer (\S+)'", server.output)[-1])[0]
    events: list[dict[str, Any]] = []
    for key in ("order", "hiring", "incident"):
        answer = httpx.get(
            f"{server.address}/process_models/{key}/events", headers={"Authorization": f"Bearer {token}"}
        )
        events += answer.json()["events"]
    return events
