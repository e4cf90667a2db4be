"""A server whose database cannot be used at the start says in one line which one, why and what to do."""

import sys
from pathlib import Path

import pytest

from tests.support.postgres import PostgresServer
from tests.system.start.starting import FailedStart, start

SECRET = "a password that nobody may see"
QUOTED = SECRET.replace(" ", "%20")
UNUSABLE = "the database {} cannot be used: "
WORKERS = pytest.mark.parametrize("workers", ["1", "2"])


def on_postgres(folder: Path, url: str, workers: str = "1", **settings: str) -> FailedStart:
    failed = start(folder, {"DATABASE_URL": url, "WORKERS": workers, "PORT": "0", **settings}, "serve")
    assert SECRET not in failed.output
    assert QUOTED not in failed.output
    return failed


@WORKERS
def test_server_is_unreachable(workers: str, tmp_path: Path) -> None:
    failed = on_postgres(tmp_path, f"postgresql://bpmn:{QUOTED}@127.0.0.1:1/bpmn", workers)
    assert failed.code == 1
    assert failed.line.startswith(UNUSABLE.format("'bpmn' at 127.0.0.1:1"))
    assert failed.line.endswith("; check that it runs there, and BPMN_EVENTS_DATABASE_URL")


def test_host_of_the_database_is_unknown(tmp_path: Path) -> None:
    failed = on_postgres(tmp_path, f"postgresql://bpmn:{QUOTED}@nowhere.invalid/bpmn")
    assert failed.code == 1
    assert failed.line.startswith(UNUSABLE.format("'bpmn' at nowhere.invalid:5432"))


def test_all_hosts_are_named(tmp_path: Path) -> None:
    hosts = "host=nowhere.invalid:5432&host=127.0.0.1:1"
    failed = on_postgres(tmp_path, f"postgresql://bpmn:{QUOTED}@/bpmn?{hosts}")
    assert failed.line.startswith(UNUSABLE.format("'bpmn' at nowhere.invalid:5432, 127.0.0.1:1"))


def test_database_does_not_exist(postgres_server: PostgresServer, tmp_path: Path) -> None:
    failed = on_postgres(tmp_path, f"postgresql://postgres@127.0.0.1:{postgres_server.port}/nothing")
    assert failed.code == 1
    assert failed.line.endswith('database "nothing" does not exist; create it, or correct BPMN_EVENTS_DATABASE_URL')


def test_user_is_rejected(postgres_server: PostgresServer, tmp_path: Path) -> None:
    url = postgres_server.create_database().replace("postgres@", f"stranger:{QUOTED}@")
    failed = on_postgres(tmp_path, url)
    assert failed.code == 1
    assert failed.line.endswith("; check the user and the password in BPMN_EVENTS_DATABASE_URL")


def test_server_offers_no_tls(postgres_server: PostgresServer, tmp_path: Path) -> None:
    failed = on_postgres(tmp_path, f"{postgres_server.create_database()}?sslmode=require")
    assert failed.code == 1
    assert "rejected SSL upgrade" in failed.line


def test_certificates_for_tls_are_missing(tmp_path: Path) -> None:
    failed = on_postgres(tmp_path, "postgresql://postgres@127.0.0.1:1/none?sslmode=verify-full")
    assert failed.code == 1
    assert "root certificate" in failed.line


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("sslrootcert=ca.pem", "The database URL takes no parameter 'sslrootcert'"),
        ("ssl=perhaps", "ssl of the database URL is one of "),
        ("target_session_attrs=best", "target_session_attrs of the database URL is one of "),
    ],
)
def test_unknown_parameters(query: str, line: str, tmp_path: Path) -> None:
    failed = on_postgres(tmp_path, f"postgresql://postgres:{QUOTED}@127.0.0.1:1/none?{query}")
    assert (failed.code, failed.files) == (2, [])
    assert failed.line.startswith(f"BPMN_EVENTS_DATABASE_URL: {line}")


def test_driver_is_not_installed(tmp_path: Path) -> None:
    (tmp_path / "asgi").mkdir()
    stand_in = "raise ModuleNotFoundError(\"No module named 'asyncpg'\", name='asyncpg')\n"
    (tmp_path / "asgi" / "asyncpg.py").write_text(stand_in, "utf-8")
    program = "import sys; sys.path.insert(0, 'asgi'); from bpmn_events.cli.main import main; sys.exit(main())"
    settings = {"DATABASE_URL": "postgresql://postgres@127.0.0.1:1/none"}
    failed = start(tmp_path, settings, "-c", program, "serve", "--port", "0", command=[sys.executable])
    assert failed.code == 1
    assert failed.line == "PostgreSQL needs the package asyncpg: install bpmn-events with the extra 'postgres'"


def on_sqlite(folder: Path, file: str, *, is_root: bool = True) -> FailedStart:
    return start(folder, {"DATABASE_URL": f"sqlite:///{file}", "PORT": "0"}, "serve", is_root=is_root)


def test_file_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "events.db").mkdir()
    failed = on_sqlite(tmp_path, "events.db")
    assert failed.code == 1
    assert failed.line.startswith(UNUSABLE.format("events.db"))
    assert failed.line.endswith("; name another file in BPMN_EVENTS_DATABASE_URL")


def test_file_is_no_database(tmp_path: Path) -> None:
    text = "This is no database, although it is long enough to be one." * 100
    (tmp_path / "notes.txt").write_text(text, "utf-8")
    failed = on_sqlite(tmp_path, "notes.txt")
    assert failed.code == 1
    assert failed.line.startswith(UNUSABLE.format("notes.txt") + "file is not a database; ")
    assert (tmp_path / "notes.txt").read_text("utf-8") == text


def test_folder_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    failed = on_sqlite(tmp_path, "data/events.db")
    assert failed.code == 1
    assert failed.line == "data is a file, and a folder is needed there: correct BPMN_EVENTS_DATABASE_URL"


@pytest.mark.parametrize("has_secret", [False, True], ids=["new", "with a secret"])
def test_folder_is_read_only(has_secret: bool, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    if has_secret:
        (folder / "jwt-secret").write_text("0123456789abcdef" * 2 + "fedcba9876543210" * 2)
    folder.chmod(0o555)
    failed = on_sqlite(tmp_path, "data/events.db", is_root=False)
    assert failed.code == 1
    assert "data" in failed.line
    assert "let the user of this process" in failed.line
    assert not (folder / "events.db").exists()


def test_secret_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "jwt-secret").write_text("s" * 64)
    (tmp_path / "jwt-secret").chmod(0)
    failed = on_sqlite(tmp_path, "events.db", is_root=False)
    assert failed.line.startswith("jwt-secret: Permission denied: let the user of this process read and write there")
    assert (failed.code, failed.files) == (1, ["jwt-secret"])


def test_secret_is_too_short(tmp_path: Path) -> None:
    (tmp_path / "jwt-secret").write_text("short")
    failed = on_sqlite(tmp_path, "events.db")
    assert failed.line == "line 1 of jwt-secret has 5 bytes; a secret takes at least 32 bytes"
    assert (failed.code, failed.files) == (2, ["jwt-secret"])
