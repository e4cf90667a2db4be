"""The compose files follow the schema of the Compose specification, and the rules of its linter."""

from tests.clients.commands import run_successfully


def test_compose_files(client_tools: None) -> None:
    run_successfully(["npm", "run", "--silent", "compose"])
