"""Settings that cannot work stop the start of a server with one line: wrong names and values, missing files."""

import json
from pathlib import Path

import httpx
import pytest

from tests.support.polling import block_until
from tests.support.postgres import PostgresServer
from tests.support.server import ServerProcess, running
from tests.system.http_edge.applications import documented_command
from tests.system.start.starting import start


def test_unknown_settings_are_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("bpmn_events_work=2\nOTHER=1\n")
    failed = start(tmp_path, {"JWT_ISUER": "x", "NOTHING_LIKE_IT": "secret"}, "serve")
    assert failed.line == (
        "BPMN_EVENTS_JWT_ISUER is not a setting: did you mean BPMN_EVENTS_JWT_ISSUER?; "
        "BPMN_EVENTS_NOTHING_LIKE_IT is not a setting: docs/settings.md lists all settings; "
        "BPMN_EVENTS_WORK is not a setting: did you mean BPMN_EVENTS_WORKERS?"
    )
    assert (failed.code, failed.files) == (2, [".env"])


def test_kubernetes_port(tmp_path: Path) -> None:
    failed = start(tmp_path, {"PORT": "tcp://10.0.0.1:8000", "SERVICE_HOST": "10.0.0.1"}, "serve")
    assert failed.line.startswith("BPMN_EVENTS_PORT: Kubernetes has set it for a service called bpmn-events: ")
    assert failed.code == 2


def test_variables_of_a_kubernetes_service_are_no_settings(tmp_path: Path) -> None:
    names = ("SERVICE_HOST", "SERVICE_PORT", "SERVICE_PORT_HTTP", "PORT_8000_TCP", "PORT_8000_TCP_ADDR")
    others = [f"POSTGRESQL_HL_{name}" for name in names]
    settings = dict.fromkeys([*names, *others], "10.0.0.1") | {"POSTGRESQL_HL_PORT": "tcp://10.0.0.1:5432"}
    with running(ServerProcess(tmp_path, settings=settings)) as server:
        assert server.stop() == 0


def test_missing_trusted_documents(tmp_path: Path) -> None:
    failed = start(tmp_path, {"GRAPHQL_TRUSTED_DOCUMENTS": "missing.json"}, "serve", "--port", "0")
    assert failed.line.startswith("BPMN_EVENTS_GRAPHQL_TRUSTED_DOCUMENTS: missing.json cannot be read: ")
    assert failed.code == 2


def test_a_port_of_nothing_is_no_setting(tmp_path: Path) -> None:
    failed = start(tmp_path, {"METRICS_PORT": "9000"}, "serve")
    assert failed.line.startswith("BPMN_EVENTS_METRICS_PORT is not a setting: ")


def test_a_file_of_settings_in_another_encoding(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("BPMN_EVENTS_JWT_ISSUER=Zürich\n".encode("latin-1"))
    failed = start(tmp_path, {}, "serve")
    assert failed.line == ".env cannot be read: it is no text in UTF-8"
    assert failed.code == 2


def test_a_metrics_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "metrics").write_text("")
    failed = start(tmp_path, {"METRICS_FOLDER": "metrics", "PORT": "0"}, "serve")
    assert failed.line.endswith("metrics is a file, and a folder is needed there: correct BPMN_EVENTS_METRICS_FOLDER")


def test_missing_env_file(tmp_path: Path) -> None:
    failed = start(tmp_path, {}, "--env-file", "missing.env", "serve")
    assert failed.line == "--env-file: missing.env cannot be read: No such file or directory"
    assert (failed.code, failed.files) == (2, [])


def test_workers_get_the_settings_of_the_env_file_alone(postgres_server: PostgresServer, tmp_path: Path) -> None:
    """The file ``.env`` in the working folder would stop the server, and a worker that reads it, too."""
    (tmp_path / ".env").write_text("BPMN_EVENTS_NONSENSE=1\n")
    url = postgres_server.create_database()
    (tmp_path / "server.env").write_text(
        f'BPMN_EVENTS_DATABASE_URL="{url}"\nBPMN_EVENTS_WORKERS=2\nBPMN_EVENTS_GRAPHIQL=false\n'
    )
    command = [*ServerProcess(tmp_path).command[:1], "--env-file", "server.env", "serve"]
    with running(ServerProcess(tmp_path, command=command, settings={"ROOT_PATH": "/bpmn"})) as server:
        assert httpx.get(f"{server.address}/bpmn/graphql", headers={"Accept": "text/html"}).status_code == 406
        block_until(lambda: server.output.count("Started server process") == 2)
        assert server.stop() == 0


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"JWT_ISUER": "x"}, "BPMN_EVENTS_JWT_ISUER is not a setting: did you mean BPMN_EVENTS_JWT_ISSUER?"),
        ({"DATABASE_URL": "postgresql://bpmn:hidden@127.0.0.1:1/bpmn"}, "the database 'bpmn' at 127.0.0.1:1 cannot"),
        ({"DATABASE_URL": "sqlite:///folder"}, "the database folder cannot be used: unable to open database file; "),
        ({"GRAPHQL_TRUSTED_DOCUMENTS": "documents.json"}, "BPMN_EVENTS_GRAPHQL_TRUSTED_DOCUMENTS: documents.json"),
    ],
    ids=["name", "database", "folder", "documents"],
)
def test_another_asgi_server_gets_the_reason_in_one_line(settings: dict[str, str], reason: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "documents.json").write_text(json.dumps({"who": "{ __typename }"}))
    failed = start(tmp_path, settings, "--port", "0", command=documented_command())
    assert [line for line in failed.output.splitlines() if reason in line]
    assert "hidden" not in failed.output
    assert failed.code == 3
