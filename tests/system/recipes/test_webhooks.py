"""docs/hooks.md and docs/recipes/webhook-to-trigger.md: their hooks receive what their commands sign and send."""

import json
import os
import secrets
import subprocess
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from tests.api.tokens import token
from tests.support.pages import read_blocks, replace_addresses
from tests.support.programs import require_program
from tests.support.server import ServerProcess, running

DOCS = Path(__file__).parents[3] / "docs"
# The page, the subject of its hook, and the payload of the trigger that its commands cause.
PAGES = {
    "hooks.md": ("payments", {"amount": 120, "currency": "EUR", "reference": "pay_4711"}),
    "recipes/webhook-to-trigger.md": ("bank", {"amount": 120, "currency": "EUR", "reference": "evt_81"}),
}
TRIGGERS = """{ eventTriggers(first: 10) { ... on EventTriggerConnection {
  nodes { triggeredBy elementId payload correlation { id } } } } }"""


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_the_page(tmp_path: Path, page: str) -> None:
    for program in ("curl", "openssl"):
        require_program(program)
    blocks = read_blocks(DOCS / page)
    (file,) = (block for block in blocks if block.language == "toml")
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks" / f"{file.note}.toml").write_text(file.text, "utf-8")
    variables = {"PAYMENTS_SECRET": secrets.token_hex(32)}
    run(tmp_path, variables, *(block.text for block in blocks if block.note == "prepare"))
    server = ServerProcess(tmp_path, ["--demo"], settings={"HOOKS": "hooks"}, variables=variables)
    with running(server):
        commands = [block.text for block in blocks if block.language == "sh" and not block.note]
        addresses = {"http://127.0.0.1:8000": server.address}
        printed = run(tmp_path, variables, *(replace_addresses(f"{text}\necho", addresses) for text in commands))
        documented = [block.text for block in blocks if block.language == "json"]
        assert [json.loads(line) for line in printed.splitlines()] == [json.loads(text) for text in documented]
        headers = {"Authorization": f"Bearer {token()}"}
        response = httpx.post(f"{server.address}/graphql", json={"query": TRIGGERS}, headers=headers)
    subject, payload = PAGES[page]
    case = {"elementId": "PaymentReceived", "correlation": {"id": "order-1001"}}
    triggers = response.json()["data"]["eventTriggers"]["nodes"]
    assert triggers == [{"triggeredBy": subject, "payload": payload, **case}]


def run(folder: Path, variables: Mapping[str, str], *commands: str) -> str:
    """Run the commands in one shell, and return their output."""
    command = ["bash", "-euc", "\n".join(commands)]
    environment = {**os.environ, **variables}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout
