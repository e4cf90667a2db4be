"""Command ``backup``: copy the SQLite database, also while a server uses it."""

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from bpmn_events.config import Settings
from bpmn_events.credentials import generated_secret_file
from bpmn_events.database import back_up_database, dump_command

_DONE, _REFUSED = 0, 1


def backup(settings: Settings, arguments: argparse.Namespace) -> int:
    """Copy the database to a new file, and print its content. Refuse PostgreSQL, and print the command for it."""
    file: Path = arguments.file
    if not settings.is_sqlite:
        print(f"bpmn-events: PostgreSQL has its own backups: {dump_command(settings, file)}", file=sys.stderr)
        return _REFUSED
    # Only on a terminal, and if it takes more than a second.
    with tqdm(unit="B", unit_scale=True, disable=None, leave=False, delay=1) as bar:

        def show(copied: int, total: int) -> None:
            bar.total = max(copied, total)
            bar.update(copied - bar.n)

        facts = back_up_database(settings, file, show)
    print(
        f"{file}: {facts.size} bytes with {facts.instances} process instances, {facts.waiting_events} waiting events "
        f"and {facts.triggers} event triggers, at revision {facts.revision}."
    )
    if (secret := generated_secret_file(settings)) is not None:
        print(f"The secret that signs tokens is not in it: keep a copy of {secret} too.", file=sys.stderr)
    return _DONE
