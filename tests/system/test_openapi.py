"""The REST API matches its OpenAPI description for all generated requests."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.gql.client import ALL
from tests.api.tokens import token
from tests.support.server import ServerProcess

PROGRAM = Path(sys.executable).with_name("schemathesis")
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
# With generated path parameters alone, no request would reach an existing event.
EXISTING = """
[parameters]
"path.process_model_key" = "order"
"path.correlation_id" = "order-1001"
"path.event_id" = "PaymentReceived"
"""


@pytest.mark.parametrize("parameters", ["", EXISTING], ids=["generated", "existing"])
def test_responses_match_the_openapi_description(demo: ServerProcess, tmp_path: Path, parameters: str) -> None:
    configuration = tmp_path / "schemathesis.toml"
    configuration.write_text(parameters + CONFIGURATION.read_text("utf-8"), "utf-8")
    credential = f"Authorization: Bearer {token(ALL, ('*',), 'ada')}"
    command: list[str | Path] = [
        PROGRAM,
        "--config-file",
        configuration,
        "run",
        f"{demo.address}/openapi.json",
        "--header",
        credential,
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
    assert "Unexpected error" not in demo.output
