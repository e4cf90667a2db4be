"""Entry point of the command line. Exit codes: 0 done, 1 refused, 2 wrong usage or settings."""

import argparse
import asyncio
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from bpmn_events.cli.caller import UsageError
from bpmn_events.cli.parser import build_parser
from bpmn_events.config import InvalidSettings, Settings, load_settings
from bpmn_events.domain.errors import DomainError, EngineUnavailable, InvalidArgument
from bpmn_events.failures import WeakSecret, failure_reason

# The options that have another name than the argument of the use case.
_OPTIONS = {
    "after": "--after",
    "correlation_id": "--correlation",
    "idempotency_key": "--idempotency-key",
    "start_element_id": "--start-element",
}

# The folders of the commands that are not in this one.
_FOLDERS = dict.fromkeys(("backup", "migrate", "prune"), ("database",))

_STDERR = 2

DONE, REFUSED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    if None in (sys.stdin, sys.stdout, sys.stderr):
        _replace_closed_streams()
    arguments = build_parser().parse_args(argv)
    settings = None
    try:
        settings = _settings(arguments)
        code = _run(settings, arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except (InvalidSettings, UsageError, WeakSecret) as error:
        return _fail(error, WRONG_USAGE)
    except InvalidArgument as error:
        return _fail(error.with_argument(_OPTIONS.get(error.argument, error.argument)), WRONG_USAGE)
    except EngineUnavailable as error:
        outcome = "; the command may have taken effect" if error.outcome_unknown else ""
        return _fail(f"{failure_reason(error, settings)}{outcome}", REFUSED)
    except DomainError as error:
        print(f"{error.code}: {error.message}", file=sys.stderr)
        return REFUSED
    except BrokenPipeError:  # the reader of the output has closed it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        reason = failure_reason(error, settings)
        if reason is None:
            raise
        return _fail(reason, REFUSED)


def _replace_closed_streams() -> None:
    """Occupy the descriptors of the standard streams that the caller has closed, and replace a missing stderr.

    The next files and sockets would get these descriptors, which libraries, such as libuv, do not expect. Python has
    None for such a stream: for stdout, ``print`` does nothing then, but for stderr it writes to stdout.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= _STDERR:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
    if sys.stderr is None:
        sys.stderr = os.fdopen(_STDERR, "w", encoding="utf-8", closefd=False)


def _settings(arguments: argparse.Namespace) -> Settings:
    overrides = {name: getattr(arguments, name, None) for name in ("host", "port", "root_path", "workers")}
    return load_settings(arguments.env_file, **overrides)


def _run(settings: Settings, arguments: argparse.Namespace) -> int:
    command: Any = load_command(arguments.command)
    if not asyncio.iscoroutinefunction(command):
        return int(command(settings, arguments))
    return int(asyncio.run(command(settings, arguments)))


def load_command(command: str) -> Any:
    """Return the function of a command. Import its module only now: most commands need a small part of the program.

    The garbage collector is off during the import. It would find no garbage, and take a seventh of the time.
    """
    gc.disable()
    try:
        return getattr(import_module(".".join(("bpmn_events.cli", *_FOLDERS.get(command, ()), command))), command)
    finally:
        gc.enable()


def _fail(reason: object, code: int) -> int:
    print(f"bpmn-events: {reason}", file=sys.stderr)
    return code
