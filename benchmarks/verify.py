"""Verification that acknowledged triggers are in the database."""

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

import orjson


class TriggerNotStored(Exception):
    """An acknowledged trigger is not in the database, or its event still waits."""


def verify_triggers(database: Path, event_ids: Collection[str]) -> None:
    """Raise ``TriggerNotStored`` unless each event was triggered exactly once and no longer waits."""
    ids = orjson.dumps(list(event_ids)).decode()
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        triggered = _count(connection, "event_triggers WHERE event_id", ids)
        waiting = _count(connection, "waiting_events WHERE id", ids)
    if triggered != len(event_ids) or waiting:
        raise TriggerNotStored(
            f"of {len(event_ids)} acknowledged triggers {triggered} are stored; {waiting} events still wait"
        )


def _count(connection: sqlite3.Connection, where: str, ids: str) -> int:
    statement = f"SELECT count(*) FROM {where} IN (SELECT value FROM json_each(?))"
    return int(connection.execute(statement, (ids,)).fetchone()[0])
