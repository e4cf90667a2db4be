"""The output and exit codes of the commands, run in process on a database of their own."""

import asyncio
import json
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from hashlib import sha256
from pathlib import Path

import pytest

from bpmn_events.adapters.storage.schema.revisions import head_revision
from bpmn_events.application.services import Services
from bpmn_events.bootstrap import build, open_services
from bpmn_events.cli.caller import CLI
from bpmn_events.cli.main import load_command, main
from bpmn_events.cli.parser import build_parser
from bpmn_events.config import Settings, load_settings
from bpmn_events.credentials import build_tokens
from bpmn_events.domain.errors import EngineUnavailable
from bpmn_events.domain.events import EventType
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.principal import Principal
from bpmn_events.settings.prefix import PREFIX
from tests.api.gql.models import BRITTLE, CHOICE, ORDER
from tests.api.retries import STUCK, store_retries


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Remove all settings from the environment, and change to an empty working folder."""
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    return load_settings()


NOTHING = (
    "0 ended process instances with 0 event triggers and 0 cancelled events, and 0 unused versions of process models"
)


class Terminal:
    """A terminal that runs commands. ``out`` and ``err`` are the output of the last command."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *arguments: str) -> int:
        try:
            code = main(arguments)
        except SystemExit as exit:  # argparse
            code = int(exit.code or 0)
        self.out, self.err = self._capsys.readouterr()
        return code

    def events(self, *arguments: str) -> dict[str, str]:
        """Return the ids of the waiting events by element id."""
        assert self("events", "--json", *arguments) == 0
        return {event["elementId"]: event["id"] for event in json.loads(self.out)}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


def save(name: str, xml: str) -> str:
    Path(name).write_text(xml)
    return name


@pytest.fixture
def order(run: Terminal) -> Terminal:
    """Return a terminal with one order that waits in the correlation ``c-1``."""
    assert run("deploy", save("order.bpmn", ORDER)) == 0
    assert run("start", "order", "--correlation", "c-1", "--payload", '{"customer": "Ada"}') == 0
    return run


def test_help_names_every_command(run: Terminal) -> None:
    assert run("--help") == 0
    for command in (
        "serve",
        "deploy",
        "start",
        "events",
        "retries",
        "trigger",
        "token",
        "schema",
        "migrate",
        "prune",
        "backup",
    ):
        assert f"\n    {command} " in run.out


def test_every_command_has_a_module_of_its_name() -> None:
    (commands,) = (action.choices for action in build_parser()._actions if action.dest == "command")
    assert commands
    assert [name for name in commands if not callable(load_command(name))] == []


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nonsense",),
        ("events", "--limit", "0"),
        ("events", "--type", "unknown"),
        ("events", "--after", "cursor"),
        ("events", "--watch", "--limit", "5"),
        ("events", "--watch", "--after", "cursor"),
        ("events", "--watch", "--json", "--after", "no cursor"),
        ("retries", "--limit", "0"),
        ("retries", "--kind", "unknown"),
        ("trigger",),
        ("trigger", "order", "c-1"),
        ("trigger", "order", "c-1", "pay", "--resume"),
        ("trigger", "order", "c-1", "pay", "--concurrency", "8"),
        ("trigger", "order", "c-1", "pay", "--retry-for", "5m"),
        ("trigger", "--from-file", "missing"),
        ("trigger", "--from-file", "."),
        ("trigger", "--from-file", "-", "--resume"),
        ("trigger", "--from-file", "/dev/null", "--resume"),
        ("trigger", "--from-file", "lines", "order", "c-1", "pay"),
        ("trigger", "--from-file", "lines", "--payload", "{}"),
        ("trigger", "--from-file", "lines", "--idempotency-key", "k"),
        ("trigger", "--from-file", "lines", "--dry-run", "--resume"),
        ("trigger", "--from-file", "lines", "--resume"),
        ("trigger", "--from-file", "lines", "--concurrency", "0"),
        ("trigger", "--from-file", "lines", "--concurrency", "1001"),
        ("trigger", "--from-file", "lines", "--retry-for", "soon"),
        ("token",),
        ("token", "--subject", ""),
        ("token", "--subject", "ada", "--permission", "everything"),
        ("token", "--subject", "ada", "--expires-in", "soon"),
        ("serve", "--port", "99999"),
        ("serve", "--workers", "2"),
        ("serve", "--root-path", "bpmn"),
        ("deploy", "missing.bpmn"),
    ],
)
def test_wrong_usage(run: Terminal, arguments: tuple[str, ...]) -> None:
    Path("lines").touch()
    assert run(*arguments) == 2
    assert run.err
    assert run.out == ""
    assert [path.name for path in Path().iterdir() if path.name.startswith("lines")] == ["lines"]


@pytest.mark.parametrize("text", ["my notes", "{}\n", '{"runId": "r", "version": 99}\n'])
def test_a_file_with_the_name_of_a_journal_is_left_alone(run: Terminal, text: str) -> None:
    Path("lines").write_text("no JSON")
    Path("lines.progress").write_text(text)
    for options in ((), ("--resume",)):
        assert run("trigger", "--from-file", "lines", *options) == 2
        assert "lines.progress is no journal of this version of the program: move it away" in run.err
    assert Path("lines.progress").read_text() == text


def test_lines_that_are_sent_to_no_database(run: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("lines").write_text("no JSON")
    monkeypatch.setenv("BPMN_EVENTS_DATABASE_URL", "sqlite:///lines/file.db")
    assert run("trigger", "--from-file", "lines") == 2
    assert run.err.startswith("bpmn-events: the database lines/file.db cannot be used: ")
    assert [path.name for path in Path().iterdir()] == ["lines"]


def test_bad_setting_stops_every_command(run: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BPMN_EVENTS_PORT", "http")
    assert run("events") == 2
    assert run.err.startswith("bpmn-events: BPMN_EVENTS_PORT: ")
    assert run.err.count("\n") == 1


def test_bad_trusted_documents_stop_the_start(run: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BPMN_EVENTS_GRAPHQL_TRUSTED_DOCUMENTS", "documents.json")
    invalid = "{ nothing }"
    for content, reason in (
        (None, "documents.json cannot be read: No such file or directory"),
        ({"who": invalid}, "documents.json: 'who' is not the SHA-256 of its text"),
        ({sha256(invalid.encode()).hexdigest(): invalid}, "is refused: Cannot query field 'nothing' on type 'Query'."),
    ):
        if content is not None:
            Path("documents.json").write_text(json.dumps(content))
        assert run("serve", "--port", "0") == 2
        assert run.err.startswith("bpmn-events: BPMN_EVENTS_GRAPHQL_TRUSTED_DOCUMENTS: ")
        assert reason in run.err
        assert run.err.count("\n") == 1


def test_unusable_database(run: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("text.db").write_text("This is no database, although it is long enough to be one." * 100)
    monkeypatch.setenv("BPMN_EVENTS_DATABASE_URL", "sqlite:///text.db")
    assert run("events") == 1
    reason = "file is not a database; name another file in BPMN_EVENTS_DATABASE_URL"
    assert run.err == f"bpmn-events: the database text.db cannot be used: {reason}\n"
    monkeypatch.setenv("BPMN_EVENTS_DATABASE_URL", "sqlite:///text.db/folder/file.db")
    assert run("events") == 1
    assert run.err.startswith("bpmn-events: the database text.db/folder/file.db cannot be used: ")


def test_a_locked_database(run: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BPMN_EVENTS_DATABASE_TIMEOUT_SECONDS", "0.2")
    assert run("migrate") == 0
    with closing(sqlite3.connect("data/bpmn-events.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert run("events") == 1
    assert run.err == "bpmn-events: the database data/bpmn-events.db cannot be used: database is locked\n"


def test_a_silent_database(run: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BPMN_EVENTS_DATABASE_TIMEOUT_SECONDS", "0.2")
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        for host in ("", "127.0.0.1"):
            port = silent.getsockname()[1]
            query = f"host={host}:{port}&host={host}:{port}" if host else ""
            address = "" if host else f"127.0.0.1:{port}"
            monkeypatch.setenv("BPMN_EVENTS_DATABASE_URL", f"postgresql://nobody@{address}/none?{query}")
            assert run("events") == 1
            assert run.err.startswith(f"bpmn-events: the database 'none' at 127.0.0.1:{port}")
            assert run.err.endswith("check that it runs there, and BPMN_EVENTS_DATABASE_URL\n")
            assert " cannot be used: it does not respond in time; " in run.err


def test_a_database_that_goes_after_the_migration(run: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    move_data = Path("data").rename

    @asynccontextmanager
    async def open_lost_services(settings: Settings) -> AsyncIterator[Services]:
        async with open_services(settings) as services:
            move_data("elsewhere")
            yield services

    monkeypatch.setattr("bpmn_events.cli.events.open_services", open_lost_services)
    assert run("events") == 1
    assert run.err == "bpmn-events: the database data/bpmn-events.db cannot be used: unable to open database file\n"


def test_an_open_outcome(run: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(settings: Settings) -> None:
        raise EngineUnavailable(outcome_unknown=True) from ConnectionResetError("Connection reset by peer")

    monkeypatch.setattr("bpmn_events.cli.trigger.open_services", lose)
    assert run("trigger", "order", "c", "paid") == 1
    assert run.err == (
        "bpmn-events: the database data/bpmn-events.db cannot be used: Connection reset by peer; "
        "the command may have taken effect\n"
    )


def test_deploy_names_each_version(run: Terminal) -> None:
    files = save("order.bpmn", ORDER), save("choice.bpmn", CHOICE)
    assert run("deploy", *files) == 0
    assert [line.partition(" (pm_")[0] for line in run.out.splitlines()] == ["order version 1", "choice version 1"]
    assert run("deploy", *files) == 0
    assert [line.partition(" (pm_")[0] for line in run.out.splitlines()] == ["order version 1", "choice version 1"]


def test_deploy_warns_of_unknown_parts_each_time(run: Terminal) -> None:
    file = save("order.bpmn", ORDER.replace('id="pay"', 'id="pay" colour="red"'))
    line = 1 + Path(file).read_text("utf-8")[: Path(file).read_text("utf-8").index('id="pay"')].count("\n")
    for _ in range(2):
        assert run("deploy", file) == 0
        assert run.out.startswith("order version 1 ")
        assert run.err.splitlines() == [
            "WARNING: order.bpmn is deployed, with warnings:",
            f"  line {line}, element pay: the attribute `colour` on `intermediateCatchEvent` is unknown: it has no "
            "effect (see docs/bpmn-support.md#extensions-of-other-engines)",
        ]


def test_deploy_reports_a_bad_file_and_continues(run: Terminal) -> None:
    assert run("deploy", save("bad.bpmn", "<a/>"), save("order.bpmn", ORDER)) == 1
    assert run.err.startswith("INVALID_PROCESS_MODEL: bad.bpmn cannot be deployed:\n  line 1: ")
    assert run.out.startswith("order version 1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_deploy_reads_the_declared_encoding(run: Terminal, encoding: str) -> None:
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    xml = ORDER.replace("UTF-8", declared).replace("Payment received", "Zahlung über Köln")
    Path("order.bpmn").write_bytes(xml.encode(encoding))
    assert run("deploy", "order.bpmn") == 0
    assert run("start", "order") == 0
    assert run("events", "--json") == 0
    assert "Zahlung über Köln" in [event["name"] for event in json.loads(run.out)]


def test_deploy_rejects_binary_files(run: Terminal) -> None:
    Path("order.bpmn").write_bytes(b"\xff\x00\xff")
    assert run("deploy", "order.bpmn") == 2
    assert run.err == "bpmn-events: order.bpmn is not text in the encoding it declares\n"


def test_start_lists_the_waiting_events(order: Terminal) -> None:
    assert order.out.startswith("Started pi_")
    assert "in the correlation c-1." in order.out
    assert [element for element in ("pay", "ship", "remind") if f"  {element} " not in order.out] == []


def test_start_reports_errors(run: Terminal) -> None:
    assert run("start", "nothing") == 1
    assert run.err == "PROCESS_MODEL_NOT_FOUND: No process model with the key 'nothing' is deployed.\n"
    assert run("start", "nothing", "--payload", "{") == 1
    assert run.err.startswith("INVALID_PAYLOAD: ")


def test_start_rejects_an_unknown_start_event(order: Terminal) -> None:
    assert order("start", "order", "--start-element", "nowhere") == 2
    assert order.err == "bpmn-events: --start-element: 'order' has no start event 'nowhere'.\n"


def test_events_as_a_table(order: Terminal) -> None:
    assert order("events") == 0
    heading, *rows = order.out.splitlines()
    assert heading.split() == ["EVENT", "ID", "ELEMENT", "EVENT", "MODEL", "CORRELATION", "LANE", "WAITING", "DUE"]
    assert len(rows) == 3
    assert all(row.startswith("we_") for row in rows)


def test_events_by_filter(order: Terminal) -> None:
    assert order("start", "order", "--correlation", "c-2") == 0
    assert order.events("--type", "timer").keys() == {"remind"}
    assert order.events("--type", "timer", "--lane", "Finance") == {}
    assert order.events("--lane", "Finance", "--lane", "Warehouse").keys() == {"pay", "ship"}
    assert order.events("--search", "shipment").keys() == {"ship"}
    assert order.events("--model", "order", "--correlation", "c-1").keys() == {"pay", "ship", "remind"}
    assert order("events", "--limit", "4") == 0
    assert order.err == "4 of 6 events; see more with --limit.\n"
    assert order("events", "--model", "nothing") == 1
    assert order.err.startswith("PROCESS_MODEL_NOT_FOUND: ")


def test_nothing_waits(run: Terminal) -> None:
    assert run("events") == 0
    assert (run.out, run.err) == ("", "Nothing waits.\n")
    assert run.events() == {}


def test_nothing_is_tried_again(order: Terminal) -> None:
    assert order("retries") == 0
    assert (order.out, order.err) == ("", "Nothing is tried again.\n")
    assert order("retries", "--json") == 0
    assert json.loads(order.out) == []


@pytest.fixture
def failed(order: Terminal, settings: Settings) -> Terminal:
    """Return a terminal with the retry of one timer, one message and one signal."""

    async def fail() -> None:
        runtime = build(settings, tokens=build_tokens(settings))
        async with runtime.open() as services:
            timers = WaitingEventQuery(filter=WaitingEventFilter(event_types=(EventType.TIMER,)))
            await store_retries(runtime.database, (await services.list_waiting_events(CLI, timers)).items)

    asyncio.run(fail())
    return order


def test_retries_as_a_table(failed: Terminal) -> None:
    assert failed("retries") == 0
    heading, *rows = failed.out.splitlines()
    assert heading.split() == ["RETRY", "OF", "ELEMENT", "MODEL", "CORRELATION", "ATTEMPTS", "FAILED", "NEXT", "REASON"]
    assert sorted(row.split("  ")[0] for row in rows) == ["message paid", "signal paid", "timer"]
    assert all(f"  {STUCK}" in row for row in rows)
    assert failed.err == ""


def test_retries_of_kinds(failed: Terminal) -> None:
    events = failed.events("--type", "timer")
    assert failed("retries", "--json", "--kind", "timer") == 0
    (timer,) = json.loads(failed.out)
    assert (timer["kind"], timer["eventId"], timer["attempts"]) == ("TIMER", events["remind"], 1)
    assert failed("retries", "--json", "--kind", "signal", "--kind", "message") == 0
    assert {each["kind"]: each["name"] for each in json.loads(failed.out)} == {"MESSAGE": "paid", "SIGNAL": "paid"}
    assert failed("retries", "--limit", "2") == 0
    assert failed.err == "2 of 3 retries; see more with --limit.\n"
    assert len(failed.out.splitlines()) == 3


def test_trigger_lists_the_next_events(order: Terminal) -> None:
    events = order.events()
    assert order("trigger", "order", "c-1", "pay", "--payload", '{"amount": 1}', "--dry-run") == 0
    assert order.out.startswith("This would work; nothing was changed.\n")
    assert order.events() == events
    command = ("trigger", "order", "c-1", events["pay"], "--payload", '{"amount": 1}', "--idempotency-key", "k")
    assert order(*command) == 0
    assert order.out.startswith(f"Triggered: payment ({events['pay']}).\npi_")
    assert "  ship " in order.out
    assert order(*command) == 0
    assert order.out.startswith("Was already triggered: payment ")
    assert order.events().keys() == {"ship", "remind"}


def test_trigger_to_the_end(run: Terminal) -> None:
    run("deploy", save("choice.bpmn", CHOICE))
    run("start", "choice", "--correlation", "c-1")
    assert run("trigger", "choice", "c-1", "one") == 0
    assert run.out.splitlines()[1].endswith(" is completed.")
    assert run("trigger", "choice", "c-1", "one") == 1
    assert run.err == "EVENT_NOT_FOUND: The event 'one' was already triggered.\n"


def test_trigger_reports_errors(run: Terminal) -> None:
    run("deploy", save("brittle.bpmn", BRITTLE))
    run("start", "brittle", "--correlation", "c-1")
    assert run("trigger", "brittle", "c-1", "wait", "--payload", '{"way": "wrong"}') == 1
    assert run.err.startswith("PROCESS_FAILED: ")
    assert run("trigger", "brittle", "c-1", "wait", "--payload", "[]") == 1
    assert run.err.startswith("INVALID_PAYLOAD: ")
    assert run("trigger", "brittle", "c-1", "wait", "--idempotency-key", "") == 2
    assert run.err.startswith("bpmn-events: --idempotency-key: takes 1 to ")
    assert run("start", "brittle", "--correlation", "a\tb") == 2
    assert run.err.startswith("bpmn-events: --correlation: takes 1 to ")
    assert run.events().keys() == {"wait"}


def authenticate(settings: Settings, token: str) -> Principal:
    return asyncio.run(build_tokens(settings).authenticate(token.strip()))


def test_token_permits_only_reading_by_default(run: Terminal, settings: Settings) -> None:
    assert run("token", "--subject", "ada") == 0
    assert authenticate(settings, run.out) == Principal("ada", frozenset({"events:read"}), frozenset())


def test_token_with_permissions_and_lanes(run: Terminal, settings: Settings) -> None:
    permissions = ("--permission", "events:read", "events:trigger", "--permission", "processes:read")
    assert run("token", "--subject", "ada", *permissions, "--lane", "Sales", "*", "--expires-in", "5m") == 0
    assert authenticate(settings, run.out) == Principal(
        "ada", frozenset({"events:read", "events:trigger", "processes:read"}), frozenset({"Sales", "*"})
    )


def test_a_new_secret_is_announced(run: Terminal) -> None:
    assert run("token", "--subject", "ada") == 0
    assert run.err == "bpmn-events: made a new secret in data/jwt-secret, which no running server knows\n"
    assert run("token", "--subject", "ada") == 0
    assert run.err == ""


def test_no_token_has_the_name_of_the_server(run: Terminal) -> None:
    assert run("token", "--subject", "system") == 2
    assert run.err == "bpmn-events: --subject: 'system' is the name of the server itself, take another one\n"


def test_a_secret_that_cannot_be_used_ends_the_command(run: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BPMN_EVENTS_JWT_SECRET_FILE", "missing")
    assert run("token", "--subject", "ada") == 2
    assert run.err == "bpmn-events: BPMN_EVENTS_JWT_SECRET_FILE: [Errno 2] No such file or directory: 'missing'\n"


def test_no_token_in_place_of_an_identity_provider(run: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("JWKS_URL", "https://idp/keys"), ("ISSUER", "idp"), ("AUDIENCE", "here")):
        monkeypatch.setenv(f"BPMN_EVENTS_JWT_{name}", value)
    assert run("token", "--subject", "ada") == 1
    assert "identity provider" in run.err


def test_schema_is_printed(run: Terminal) -> None:
    assert run("schema") == 0
    assert "type Mutation {" in run.out
    assert "triggerEvent(" in run.out


def test_the_database_of_a_newer_version_is_rejected(run: Terminal) -> None:
    assert run("migrate") == 0
    with closing(sqlite3.connect("data/bpmn-events.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for command in (("migrate",), ("events",)):
        assert run(*command) == 1
        assert run.err.startswith("bpmn-events: the tables of the database are at revision 9999")


def test_migrate_creates_the_database(run: Terminal) -> None:
    assert run("migrate") == 0
    assert Path("data/bpmn-events.db").exists()
    assert run("migrate") == 0


@pytest.mark.parametrize(
    ("arguments", "setting", "reason"),
    [
        ((), None, "prune needs --ended-before or --unused-versions-before with a time such as 90d, or the setting"),
        (("--ended-before", "6d"), None, "--ended-before takes at least 7d, the time of BPMN_EVENTS_IDEMPOTENCY_DAYS"),
        (("--dry-run",), "6", "BPMN_EVENTS_ENDED_INSTANCES_DAYS must be at least BPMN_EVENTS_IDEMPOTENCY_DAYS, 7"),
        (("--ended-before", "soon"), None, "'soon' is not a duration"),
        (("--unused-versions-before", "0d"), None, "is not a duration between one second and ten years"),
    ],
)
def test_prune_needs_times(
    run: Terminal, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], setting: str | None, reason: str
) -> None:
    if setting is not None:
        monkeypatch.setenv("BPMN_EVENTS_ENDED_INSTANCES_DAYS", setting)
    assert run("prune", *arguments) == 2
    assert reason in run.err
    assert not Path("data").exists()


def test_prune_takes_its_times_from_the_settings(order: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BPMN_EVENTS_ENDED_INSTANCES_DAYS", "30")
    assert order("prune", "--dry-run") == 0
    assert order.out == f"Would delete {NOTHING}.\n"
    assert order("prune") == 0
    assert order.out == f"Deleted {NOTHING}.\n"
    assert order.err == ""
    assert len(order.events()) == 3


def test_prune_without_handlers_of_signals(order: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The event loops of Windows have none."""
    refuse = asyncio.AbstractEventLoop.add_signal_handler
    monkeypatch.setattr(asyncio.SelectorEventLoop, "add_signal_handler", refuse)
    assert order("prune", "--ended-before", "30d") == 0
    assert (order.out, order.err) == (f"Deleted {NOTHING}.\n", "")


def test_backup_copies_the_database(order: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    before = order.events()
    assert order("token", "--subject", "ada") == 0  # makes the secret
    assert order("backup", "copy.db") == 0
    size = Path("copy.db").stat().st_size
    numbers = "1 process instances, 3 waiting events and 0 event triggers"
    assert order.out == f"copy.db: {size} bytes with {numbers}, at revision {head_revision()}.\n"
    assert order.err == "The secret that signs tokens is not in it: keep a copy of data/jwt-secret too.\n"
    assert sorted(path.name for path in Path().iterdir()) == ["copy.db", "data", "order.bpmn"]
    monkeypatch.setenv("BPMN_EVENTS_DATABASE_URL", "sqlite:///copy.db")
    assert order.events() == before


def test_backup_replaces_no_file(order: Terminal) -> None:
    Path("copy.db").write_text("precious")
    Path("link.db").symlink_to("nowhere")
    for name in ("copy.db", "link.db"):
        assert order("backup", name) == 1
        assert order.err == f"bpmn-events: {Path.cwd() / name} exists: a backup replaces no file\n"
    assert Path("copy.db").read_text() == "precious"


def test_backup_needs_a_database(run: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("backup", "copy.db") == 1
    assert run.err == f"bpmn-events: there is no database {Path.cwd()}/data/bpmn-events.db\n"
    Path("text.db").write_text("no database " * 100)
    monkeypatch.setenv("BPMN_EVENTS_DATABASE_URL", "sqlite:///text.db")
    assert run("backup", "copy.db") == 1
    assert run.err == f"bpmn-events: {Path.cwd()}/text.db cannot be copied: file is not a database\n"
    assert [path.name for path in Path().iterdir()] == ["text.db"]


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("order.bpmn/copy.db", "Not a directory"),
        ("nowhere/copy.db", "No such file or directory"),
        (f"{'x' * 300}.db", "File name too long"),
        ("data", "exists: a backup replaces no file"),
    ],
    ids=["in a file", "nowhere", "long name", "folder"],
)
def test_backup_names_a_target_that_cannot_be_written(order: Terminal, target: str, reason: str) -> None:
    assert order("backup", target) == 1
    link = "" if "exists" in reason else "cannot be written: "
    assert order.err == f"bpmn-events: {Path.cwd() / target} {link}{reason}\n"
    assert sorted(path.name for path in Path().iterdir()) == ["data", "order.bpmn"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://bpmn:secret@db.internal/bpmn", "postgresql://bpmn@db.internal/bpmn"),
        (
            "postgresql+asyncpg://a%40b:secret@[::1]:5433/d?sslmode=require",
            "'postgresql://a%40b@[::1]:5433/d?sslmode=require'",
        ),
        ("postgresql://bpmn:secret@/bpmn?host=a:1&host=b:2", "postgresql://bpmn@a:1,b:2/bpmn"),
        ("postgresql:///bpmn?host=/run/postgresql", "'postgresql:///bpmn?host=%2Frun%2Fpostgresql'"),
    ],
)
def test_backup_of_postgresql_names_the_command(
    run: Terminal, monkeypatch: pytest.MonkeyPatch, url: str, expected: str
) -> None:
    monkeypatch.setenv("BPMN_EVENTS_DATABASE_URL", url)
    assert run("backup", "a copy") == 1
    command = f"umask 077; pg_dump --format=custom '--file=a copy' --dbname={expected}"
    assert run.err.replace("'--dbname=", "--dbname='") == f"bpmn-events: PostgreSQL has its own backups: {command}\n"
    assert run.out == ""
