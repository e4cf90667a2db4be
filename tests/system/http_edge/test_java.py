"""Java's default HTTP client, which offers HTTP/2 with each request over plain HTTP, triggers events.

A JDK is large, so this test is skipped without one, except where ``REQUIRE_JAVA=true``, as in ``.ci/long java``.
"""

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.api.rest.client import trigger_path
from tests.api.tokens import token
from tests.support.server import ServerProcess
from tests.system.client import Client
from tests.system.models import TWO_STEPS

SOURCE = Path(__file__).with_name("TriggerEvent.java")
CASES = ("java-1", "java-2", "java-3")


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the compiled program."""
    if shutil.which("javac") is None and os.environ.get("REQUIRE_JAVA") != "true":
        pytest.skip("javac is not installed")
    folder = tmp_path_factory.mktemp("classes")
    subprocess.run(["javac", "-d", folder, SOURCE], check=True)
    return folder


def post_with_java(classes: Path, payload: object, urls: Sequence[str]) -> list[list[str]]:
    """Return the status, the HTTP version and the body of each response."""
    command = ["java", "-cp", str(classes), "TriggerEvent", token(), json.dumps(payload), *urls]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [line.split(" ", 2) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("payload", [{"amount": 5}, {"text": "a" * 100_000}], ids=["small", "large"])
async def test_payload_arrives(server: ServerProcess, classes: Path, payload: object) -> None:
    async with Client.of(server.address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps", *CASES)
        urls = [f"{server.address}{trigger_path('two-steps', case, 'first')}" for case in CASES]
        responses = await asyncio.to_thread(post_with_java, classes, payload, urls)
        assert [(status, version) for status, version, _ in responses] == [("200", "HTTP_1_1")] * len(CASES)
        assert [json.loads(body)["trigger"]["payload"] for _, _, body in responses] == [payload] * len(CASES)
        assert {event["elementId"] for event in await client.list_events(correlationIds=CASES)} == {"second"}
