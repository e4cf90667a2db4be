"""Generated clients are strictly typed, and handle every result of a running server."""

import json
import shutil
from pathlib import Path

import pytest
from graphql import GraphQLUnionType

from tests.clients.commands import BUILD, PYTHON, ROOT, run_failing, run_successfully
from tests.support.documents import SCHEMA

pytestmark = pytest.mark.timeout(600)  # the first time, the tools are installed

# The outcomes in the order in which a driver causes them, with its description of each.
OUTCOMES = [
    ("UnauthorizedError", "UNAUTHORIZED"),
    ("ForbiddenError", "events:trigger"),
    ("ProcessModelNotFoundError", "elsewhere"),
    ("CorrelationNotFoundError", "elsewhere"),
    ("InvalidPayloadError", "type at /way"),
    ("ProcessFailedError", "decide"),
    ("TriggerEventSuccess", "COMPLETED, next "),
    ("EventNotFoundError", "ALREADY_TRIGGERED by ada"),
    ("ConflictError", "retryable false"),
    ("EventAmbiguousError", "wait, wait"),
]


def parse_outcomes(output: str) -> list[tuple[str, str]]:
    return [(outcome["typename"], outcome["description"]) for outcome in map(json.loads, output.splitlines())]


def copy_without(case: str, language: str) -> Path:
    """Copy the folder of a language without this case of the driver, and return the copy.

    The copy is at the same depth below the root, because the driver has relative imports.
    """
    copy = BUILD / f"incomplete-{language}"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(ROOT / "tests" / "clients" / language, copy)
    (driver,) = copy.glob("drive.*")
    lines = driver.read_text("utf-8").splitlines()
    (start,) = (number for number, line in enumerate(lines) if line.strip() == case)
    driver.write_text("\n".join(lines[:start] + lines[start + 2 :]), "utf-8")
    return copy


def test_the_outcomes_cover_every_member_of_the_union() -> None:
    union = SCHEMA.type_map["TriggerEventResult"]
    assert isinstance(union, GraphQLUnionType)
    # The database of the running server is in order, so no driver can cause the one outcome that says otherwise.
    assert {member.name for member in union.types} - {"EngineUnavailableError"} == {
        typename for typename, _ in OUTCOMES
    }


def test_a_typescript_client_drives_a_server(
    typescript_driver: list[str | Path], driver_environment: dict[str, str]
) -> None:
    assert parse_outcomes(run_successfully(typescript_driver, **driver_environment)) == OUTCOMES


def test_a_typescript_client_sends_document_ids(
    typescript_driver: list[str | Path], trusted_driver_environment: dict[str, str]
) -> None:
    assert parse_outcomes(run_successfully(typescript_driver, **trusted_driver_environment)) == OUTCOMES
    assert "DOCUMENT_NOT_TRUSTED" in run_failing(typescript_driver, **{**trusted_driver_environment, "DRIVE_BY_ID": ""})


def test_a_python_client_drives_a_server(python_driver: list[str | Path], driver_environment: dict[str, str]) -> None:
    assert parse_outcomes(run_successfully(python_driver, **driver_environment)) == OUTCOMES


def test_typescript_reports_an_unhandled_member(typescript_client: Path) -> None:
    output = run_failing(["npx", "tsc", "--noEmit", "--project", copy_without("case 'ConflictError':", "typescript")])
    assert "is not assignable to parameter of type 'never'" in output
    assert "ConflictError" in output


def test_mypy_reports_an_unhandled_member(python_client: Path) -> None:
    driver = copy_without("case TriggerEventTriggerEventConflictError():", "python") / "drive.py"
    output = run_failing([PYTHON / "mypy", "--config-file", "tests/clients/python/mypy.ini", driver])
    assert 'incompatible type "TriggerEventTriggerEventConflictError"; expected "Never"' in output


def test_the_trusted_documents_are_current(typescript_client: Path) -> None:
    """Run ``make documents`` and commit the change if this fails."""
    generated = json.loads((typescript_client / "persisted-documents.json").read_text("utf-8"))
    assert json.loads((ROOT / "graphql" / "trusted-documents.json").read_text("utf-8")) == generated


def test_the_schema_and_the_documents_pass_the_linter(client_tools: None) -> None:
    run_successfully(["npm", "run", "--silent", "lint"])


def test_the_vendored_editor_equals_the_published_packages(client_tools: None, tmp_path: Path) -> None:
    """Run ``make graphiql`` and commit the change if this fails."""
    vendored = ROOT / "app" / "bpmn_events" / "web" / "static" / "graphiql" / "vendor"
    run_successfully(["node", "tools/vendor_graphiql.mjs", tmp_path])
    published = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert {path.name: path.read_bytes() for path in vendored.iterdir()} == published
