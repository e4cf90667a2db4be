"""Clients that tools generate: they are strictly typed, and handle every answer of a running server."""

import json
import shutil
from pathlib import Path

import pytest
from graphql import GraphQLUnionType

from tests.clients.tools import BUILD, PYTHON, ROOT, fails, succeeds
from tests.support.documents import SCHEMA

pytestmark = pytest.mark.timeout(600)  # the first time, the tools are installed

# The driver's words for each answer, in the order in which it provokes them.
TOLD = [
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


def visible_to(printed: str) -> list[tuple[str, str]]:
    return [(answer["typename"], answer["told"]) for answer in map(json.loads, printed.splitlines())]


def without(case: str, language: str) -> Path:
    """A copy of the language's folder in which the driver lacks this case; as deep, so that its imports work."""
    copy = BUILD / f"incomplete-{language}"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(ROOT / "tests" / "clients" / language, copy)
    (driver,) = copy.glob("drive.*")
    lines = driver.read_text("utf-8").splitlines()
    (start,) = (number for number, line in enumerate(lines) if line.strip() == case)
    driver.write_text("\n".join(lines[:start] + lines[start + 2 :]), "utf-8")
    return copy


def test_every_member_of_the_union_is_provoked() -> None:
    union = SCHEMA.type_map["TriggerEventResult"]
    assert isinstance(union, GraphQLUnionType)
    assert {member.name for member in union.types} == {typename for typename, _ in TOLD}


def test_a_typescript_client_drives_a_server(typescript_driver: list[str | Path], driving: dict[str, str]) -> None:
    assert visible_to(succeeds(typescript_driver, **driving)) == TOLD


def test_a_typescript_client_sends_ids(typescript_driver: list[str | Path], driving_by_id: dict[str, str]) -> None:
    assert visible_to(succeeds(typescript_driver, **driving_by_id)) == TOLD
    assert "DOCUMENT_NOT_TRUSTED" in fails(typescript_driver, **{**driving_by_id, "DRIVE_BY_ID": ""})


def test_a_python_client_drives_a_server(python_driver: list[str | Path], driving: dict[str, str]) -> None:
    assert visible_to(succeeds(python_driver, **driving)) == TOLD


def test_typescript_notices_a_member_that_is_not_handled(typescript_client: Path) -> None:
    said = fails(["npx", "tsc", "--noEmit", "--project", without("case 'ConflictError':", "typescript")])
    assert "is not assignable to parameter of type 'never'" in said
    assert "ConflictError" in said


def test_mypy_notices_a_member_that_is_not_handled(python_client: Path) -> None:
    driver = without("case TriggerEventTriggerEventConflictError():", "python") / "drive.py"
    said = fails([PYTHON / "mypy", "--config-file", "tests/clients/python/mypy.ini", driver])
    assert 'incompatible type "TriggerEventTriggerEventConflictError"; expected "Never"' in said


def test_the_trusted_documents_are_current(typescript_client: Path) -> None:
    """If not: run ``make documents`` and commit the change."""
    generated = json.loads((typescript_client / "persisted-documents.json").read_text("utf-8"))
    assert json.loads((ROOT / "graphql" / "trusted-documents.json").read_text("utf-8")) == generated


def test_linter(tools: None) -> None:
    """The schema and the documents pass the rules of ``eslint.config.mjs``."""
    succeeds(["npm", "run", "--silent", "lint"])


def test_the_vendored_editor_is_what_was_published(tools: None, tmp_path: Path) -> None:
    """If not: run ``make graphiql`` and commit the change."""
    vendored = ROOT / "app" / "bpmn_events" / "web" / "static" / "graphiql" / "vendor"
    succeeds(["node", "tools/vendor_graphiql.mjs", tmp_path])
    fresh = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert {path.name: path.read_bytes() for path in vendored.iterdir()} == fresh
