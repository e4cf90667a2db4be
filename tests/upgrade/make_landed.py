"""Creates the stored databases of a landed version, when run with the sources of that version.

    python -m tests.upgrade.make_landed tests/upgrade/landed/NAME

``NAME`` is the name of the version's newest migration. The folder then holds a plain SQL dump for each kind of
database, and the facts that a user of that version saw in both. They are never created again: later versions have to
continue with the data that this version wrote.
"""

import asyncio
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bpmn_events.adapters.auth.key_sets import SharedSecret
from bpmn_events.adapters.auth.tokens import JwtTokens
from bpmn_events.adapters.storage.schema.migrate import migrate
from bpmn_events.adapters.storage.transactions.sqlite import _SqliteConnection
from bpmn_events.bootstrap import build
from bpmn_events.config import load_settings
from bpmn_events.domain import ids
from tests.api.tokens import SECRET
from tests.delivery.world import World
from tests.support.clock import Clock
from tests.support.postgres import PostgresServer, running_server
from tests.upgrade.facts import Fact, Facts
from tests.upgrade.reading import read_facts
from tests.upgrade.scenario import BEGIN, fill_database


def make(folder: Path) -> None:
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary) / "landed.db"
        facts = asyncio.run(_create(f"sqlite+aiosqlite:///{file}"))
        _write(folder / "sqlite.sql", _dump_sqlite(file))
    with running_server() as server:
        url = server.create_database()
        assert asyncio.run(_create(url)) == facts
        _write(folder / "postgresql.sql", _dump_postgres(server, url))
    _write(folder / "facts.json", json.dumps(asdict(facts), indent=1, ensure_ascii=False) + "\n")


def _write(file: Path, text: str) -> None:
    file.write_text(text, "utf-8", newline="\n")


@dataclass
class _NumberedIds:
    """Replaces ``ids.new_id`` with numbered ids at the time of the test clock, so that both databases have the same.

    Only PostgreSQL has fences, so these have numbers of their own.
    """

    clock: Clock
    counts: Counter[bool] = field(default_factory=Counter)

    def __call__(self, prefix: str) -> str:
        is_fence = prefix == ids.WRITE_FENCE
        self.counts[is_fence] += 1
        return f"{prefix}{int(self.clock.now.timestamp() * 1000):012x}70008{self.counts[is_fence]:015x}"


async def _create(url: str) -> Facts:
    await migrate(url)
    clock = Clock(BEGIN)
    vars(ids)["new_id"] = _NumberedIds(clock)
    # The search for locks uses up ids, so SQLite searches for them too.
    _SqliteConnection.needs_locks = True
    runtime = build(load_settings(database_url=url), tokens=JwtTokens(SharedSecret(SECRET)), clock=clock)
    async with runtime.open():
        world = World(runtime, clock)
        cancelled: list[Fact] = []
        runtime.writer.add_commit_listener(
            lambda write_set: cancelled.extend(
                {
                    "id": event.id,
                    "process_model_key": event.process_model_key,
                    "correlation_id": event.correlation_id,
                    "element_id": event.element_id,
                }
                for event in write_set.cancelled_events
            )
        )
        correlations: set[str] = set()
        runtime.writer.add_commit_listener(lambda write_set: correlations.update(write_set.new_correlations))
        requests = await fill_database(world)
        return await read_facts(world, sorted(correlations), cancelled, requests)


def _dump_sqlite(file: Path) -> str:
    """Return a dump like that of the shell's ``.dump``, without the inner tables that FTS5 creates by itself."""
    with closing(sqlite3.connect(file)) as connection:
        schema = connection.execute("SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
        objects = [(name, kind, text) for name, kind, text in schema if not _is_inner(name)]
        tables = [(name, text) for name, kind, text in objects if kind == "table"]
        indexes_and_triggers = [text for _, kind, text in objects if kind != "table"]
        rows = [line for name, _ in tables for line in _rows(connection, name)]
    return "".join(
        f"{line};\n" for line in ["BEGIN", *(text for _, text in tables), *rows, *indexes_and_triggers, "COMMIT"]
    )


def _is_inner(table: str) -> bool:
    return re.search("_search_(config|content|data|docsize|idx)$", table) is not None


def _rows(connection: sqlite3.Connection, table: str) -> list[str]:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    if table.endswith("_search"):  # correlations_search_rows refers to the rowids
        columns.insert(0, "rowid")
    values = " || ', ' || ".join(f"quote({column})" for column in columns)
    rows = connection.execute(f"SELECT {values} FROM {table} ORDER BY {', '.join(columns)}")
    return [f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({row})" for (row,) in rows]


def _dump_postgres(server: PostgresServer, url: str) -> str:
    """Return a dump without details of the machine, and without commands that other versions may not support."""
    options = ["--no-owner", "--no-privileges", "--no-comments", "--encoding=UTF8"]
    where = ["-h", "127.0.0.1", "-p", str(server.port), "-U", "postgres"]
    command: list[str | Path] = [server.programs / "pg_dump", *where, *options, url.rpartition("/")[2]]
    text = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout
    unwanted = re.compile(
        r"^(--.*|\\(un)?restrict .*|SET (transaction_timeout|idle_\w+|default_\w+|xmloption)\b.*)\n", re.M
    )
    return re.sub(r"\n{3,}", "\n\n", unwanted.sub("", text)).lstrip("\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
