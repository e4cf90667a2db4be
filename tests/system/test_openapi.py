"""The REST API matches its OpenAPI description for all generated requests."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.api.gql.client import ALL
from tests.api.tokens import token
from tests.support.hooks.provider import SECRET, hook, hooked_server
from tests.support.server import ServerProcess, running

PROGRAM = Path(sys.executable).with_name("schemathesis")
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
# With generated path parameters alone, no request would reach an existing event.
EXISTING = """
[parameters]
"path.process_model_key" = "order"
"path.correlation_id" = "order-1001"
"path.event_id" = "PaymentReceived"
"""
# A delivery is signed with a header that does not depend on its body.
HOOK = """
[signature]
header = "X-Token"
method = "token"
secrets = [{ environment = "PROVIDER_SECRET" }]

[delivery]
id = "=string(body)"

[message]
name = "payment"
correlation = "=string(body)"
payload = "={body: body}"
"""
# A line is like a body of JSON.
EXTENSION = """
import schemathesis

for media_type in ("application/x-ndjson", "application/ndjson", "application/jsonl"):
    schemathesis.serializer.alias(media_type, "application/json")
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """Yield a server with the demo and a hook."""
    with running(replace(hooked_server(tmp_path, {"provider": hook(HOOK)}), arguments=["--demo"])) as server:
        yield server


@pytest.mark.parametrize("parameters", ["", EXISTING], ids=["generated", "existing"])
def test_responses_match_the_openapi_description(server: ServerProcess, tmp_path: Path, parameters: str) -> None:
    configuration = tmp_path / "schemathesis.toml"
    (tmp_path / "extension.py").write_text(EXTENSION, "utf-8")
    extension = f'hooks = "{tmp_path}/extension.py"\n'
    configuration.write_text(extension + parameters + CONFIGURATION.read_text("utf-8"), "utf-8")
    credential = f"Authorization: Bearer {token(ALL, ('*',), 'ada')}"
    command: list[str | Path] = [
        PROGRAM,
        "--config-file",
        configuration,
        "run",
        f"{server.address}/openapi.json",
        "--header",
        credential,
        "--header",
        f"X-Token: {SECRET}",
    ]
    options = ["--phases", "examples,coverage,fuzzing", "--max-examples", "20", "--continue-on-failure"]
    result = subprocess.run(
        [*command, *options, "--generation-deterministic", "--warnings", "off"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Unexpected error" not in server.output
