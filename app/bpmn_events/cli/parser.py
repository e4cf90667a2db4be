"""The parser of the command line, with all commands and their options.

It is separate from the commands, so that help and usage errors need not import the program.
"""

import argparse
import re
from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bpmn_events.cli.durations import parse_duration
from bpmn_events.domain.events import EventType
from bpmn_events.domain.ids import MAX_LENGTH, is_valid_id
from bpmn_events.domain.principal import Permission
from bpmn_events.domain.retries import RetryKind

_MAX_CONCURRENCY = 1000


def build_parser() -> ArgumentParser:
    """Return the parser of the command line. It stores the name of the command as ``command``."""
    parser = ArgumentParser(
        prog="bpmn-events",
        description="List and trigger the BPMN events that running processes wait for. "
        "Settings come from the environment, see docs/settings.md.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    parser.add_argument(
        "--env-file", metavar="FILE", type=Path, help="read settings from this file (default: .env, if it exists)"
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="command")
    _add_serve(commands)
    _add_deploy(commands)
    _add_start(commands)
    _add_events(commands)
    _add_retries(commands)
    _add_trigger(commands)
    _add_token(commands)
    _add_schema(commands)
    _add_bench(commands)
    _add_migrate(commands)
    _add_prune(commands)
    _add_backup(commands)
    return parser


def _add_serve(commands: Any) -> None:
    serve = commands.add_parser("serve", help="run the server")
    serve.add_argument("--host", help="the address to listen on")
    serve.add_argument("--port", type=int, help="the port to listen on; 0 takes any free one")
    serve.add_argument("--root-path", metavar="PATH", help="the path prefix under which a proxy publishes the server")
    serve.add_argument("--workers", type=int, help="the number of server processes; more than one needs PostgreSQL")
    serve.add_argument(
        "--demo", action="store_true", help="start with sample processes; print a token and a first request"
    )


def _add_deploy(commands: Any) -> None:
    deploy = commands.add_parser("deploy", help="deploy BPMN files")
    deploy.add_argument("files", metavar="FILE", type=Path, nargs="+")


def _add_start(commands: Any) -> None:
    start = commands.add_parser("start", help="start a process instance")
    start.add_argument("key", metavar="KEY", help="the key of the process model")
    start.add_argument("--correlation", metavar="ID", help="the id of its correlation (default: a new one)")
    start.add_argument("--payload", metavar="JSON", help="a JSON object with its initial variables")
    start.add_argument("--start-element", metavar="ID", help="the id of the start event, if the model has several")


def _add_events(commands: Any) -> None:
    events = commands.add_parser("events", help="list the waiting events, longest waiting first")
    types = [event_type.lower() for event_type in EventType]
    for name, metavar in (("model", "KEY"), ("correlation", "ID"), ("lane", "LANE")):
        condition = f"only events of this {name}; may be repeated"
        events.add_argument(f"--{name}", metavar=metavar, action="append", default=[], help=condition)
    condition = "only events of this type; may be repeated"
    events.add_argument("--type", choices=types, action="append", default=[], help=condition)
    events.add_argument("--search", metavar="TEXT", help="only events with this text in a name or id")
    events.add_argument(
        "--limit", metavar="N", type=_positive_number, help="the maximum number of events (default: 50)"
    )
    events.add_argument("--json", action="store_true", help="print a JSON array; with --watch, an object in each line")
    events.add_argument(
        "--watch",
        action="store_true",
        help="go on with the changes until Ctrl-C: in a terminal as a table that is always current, otherwise in lines",
    )
    events.add_argument(
        "--after",
        metavar="CURSOR",
        help="with --watch --json: continue after the line with this cursor, without a list of what waits",
    )


def _add_retries(commands: Any) -> None:
    retries = commands.add_parser("retries", help="list what failed and is tried again, the next attempt first")
    kinds = [kind.lower() for kind in RetryKind]
    condition = "only retries of this kind; may be repeated"
    retries.add_argument("--kind", choices=kinds, action="append", default=[], help=condition)
    retries.add_argument(
        "--limit", metavar="N", type=_positive_number, default=50, help="the maximum number of retries (default: 50)"
    )
    retries.add_argument("--json", action="store_true", help="print a JSON array")


def _add_trigger(commands: Any) -> None:
    trigger = commands.add_parser("trigger", help="trigger one waiting event, or those in the lines of a file")
    trigger.add_argument("key", metavar="KEY", nargs="?", help="the key of the process model")
    trigger.add_argument("correlation", metavar="CORRELATION", nargs="?", help="the id of the correlation")
    trigger.add_argument(
        "event",
        metavar="EVENT",
        nargs="?",
        help="the id of the event, or of its BPMN element if only one event waits there",
    )
    trigger.add_argument("--payload", metavar="JSON", help="the payload, a JSON object")
    trigger.add_argument(
        "--dry-run",
        action="store_true",
        help="print the outcome without changing anything; each line of a file is checked against the present state, "
        "as if no other line were triggered",
    )
    trigger.add_argument("--idempotency-key", metavar="KEY", help="requests with the same key are executed once")
    trigger.add_argument(
        "--from-file",
        metavar="FILE",
        help="trigger the event of each line instead: a JSON object with the fields of TriggerEventInput; plain or "
        "compressed with gzip; '-' for the standard input; see docs/bulk.md",
    )
    trigger.add_argument(
        "--concurrency",
        metavar="N",
        type=_concurrency,
        help="with --from-file: the number of lines that are executed at the same time (default: 64)",
    )
    trigger.add_argument(
        "--resume",
        action="store_true",
        help="with --from-file: continue a run that was interrupted; nothing is lost, and nothing happens twice",
    )
    trigger.add_argument(
        "--retry-for",
        metavar="D",
        type=_duration,
        help="with --from-file: how long to try again while the database cannot be used, such as 30s or 5m (default)",
    )


def _add_token(commands: Any) -> None:
    token = commands.add_parser("token", help="make a bearer token, for development")
    token.add_argument("--subject", metavar="S", type=_name, required=True, help="the subject of the token")
    token.add_argument(
        "--permission",
        metavar="P",
        nargs="+",
        action="extend",
        choices=list(Permission),
        help=f"the permissions it grants (default: events:read): {', '.join(Permission)}",
    )
    token.add_argument(
        "--lane",
        metavar="L",
        nargs="+",
        action="extend",
        type=_name,
        help="the lanes it gives access to; '*' for all (default: none)",
    )
    token.add_argument(
        "--expires-in",
        metavar="D",
        type=_duration,
        default=timedelta(hours=8),
        help="how long it is valid, such as 30m, 8h (default) or 7d",
    )


def _add_schema(commands: Any) -> None:
    commands.add_parser("schema", help="print the GraphQL schema")


def _add_bench(commands: Any) -> None:
    bench = commands.add_parser("bench", help="run the benchmarks (in a source folder); takes ten minutes")
    bench.add_argument("--quick", action="store_true", help="only check that everything runs; takes a minute")
    bench.add_argument(
        "--output", metavar="FOLDER", type=Path, help="the folder for the results (default: benchmarks/results)"
    )


def _add_migrate(commands: Any) -> None:
    commands.add_parser("migrate", help="bring the database to the current tables")


def _add_prune(commands: Any) -> None:
    prune = commands.add_parser("prune", help="delete ended process instances and unused versions of process models")
    prune.add_argument(
        "--ended-before",
        metavar="D",
        type=_duration,
        help="delete instances that ended longer ago, such as 90d, with their event triggers (default: the setting "
        "ENDED_INSTANCES_DAYS)",
    )
    prune.add_argument(
        "--unused-versions-before",
        metavar="D",
        type=_duration,
        help="delete versions without instances that were replaced longer ago (default: the setting "
        "UNUSED_VERSIONS_DAYS)",
    )
    prune.add_argument("--dry-run", action="store_true", help="print the numbers without deleting anything")


def _add_backup(commands: Any) -> None:
    backup = commands.add_parser("backup", help="copy the SQLite database to a new file, also beside a running server")
    backup.add_argument("file", metavar="FILE", type=Path, help="the file to create")


class _Version(argparse.Action):
    """The action of ``--version``, which reads the version only when the option is used."""

    def __call__(self, parser: ArgumentParser, *_: Any) -> None:
        print(f"{parser.prog} {version('bpmn-events')}")
        parser.exit()


def _positive_number(text: str) -> int:
    if not re.fullmatch("[1-9][0-9]{0,8}", text):
        raise ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _concurrency(text: str) -> int:
    number = _positive_number(text)
    if number > _MAX_CONCURRENCY:
        raise ArgumentTypeError(f"{text!r} is more than {_MAX_CONCURRENCY}")
    return number


def _name(text: str) -> str:
    if not is_valid_id(text):
        raise ArgumentTypeError(f"{text!r} is not 1 to {MAX_LENGTH} printable characters")
    return text


def _duration(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None
