"""Waiting events inserted into a database by SQL, which is faster than through the product.

The server of the database must be stopped meanwhile.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

MODELS = 10
_EVENTS_OF_AN_INSTANCE = 10
_ELEMENTS_OF_A_MODEL = 20
_FIRST_MICROSECOND = 1_700_000_000_000_000  # earlier than all rows that the product writes

# The values of filler rows, where they differ from those of the row that is copied.
_CORRELATION = "printf('filler-%d', i)"
_INSTANCE = "printf('pi_%032x', i)"
_OF_EVENT = f"(i / {_EVENTS_OF_AN_INSTANCE})"
_OF_ELEMENT = f"(i % {_ELEMENTS_OF_A_MODEL})"
_ELEMENT = {
    "element_id": f"printf('step_%d', {_OF_ELEMENT})",
    "event_type": f"CASE {_OF_ELEMENT} % 3 WHEN 0 THEN 'MESSAGE' WHEN 1 THEN 'SIGNAL' ELSE 'TIMER' END",
    "event_name": f"printf('message-%d', {_OF_ELEMENT})",
    "lane": f"CASE {_OF_ELEMENT} % 4 WHEN 0 THEN NULL ELSE printf('Lane %d', {_OF_ELEMENT} % 4) END",
}
_EVENT = {
    **_ELEMENT,
    "id": "printf('we_%032x', i)",
    "due_at": f"CASE {_OF_ELEMENT} % 3 WHEN 2 THEN 4000000000000000 + i ELSE 9223372036854775807 END",
    "waiting_since": f"{_FIRST_MICROSECOND} + i",
    "process_instance_id": _INSTANCE.replace("i)", f"{_OF_EVENT})"),
    "root_instance_id": _INSTANCE.replace("i)", f"{_OF_EVENT})"),
    "correlation_id": _CORRELATION.replace("i)", f"{_OF_EVENT})"),
}


def fill(database: Path, count: int) -> None:
    """Add ``count`` waiting events in a tenth as many instances, as copies of rows that the product has written."""
    with closing(sqlite3.connect(database)) as connection:
        for pragma in ("synchronous = OFF", "cache_size = -400000", "temp_store = MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        instances = -(-count // _EVENTS_OF_AN_INSTANCE)
        model = {"process_model_id": "m.id", "process_model_key": "m.key"}
        correlation = {"id": _CORRELATION, "search_text": _CORRELATION, "started_at": str(_FIRST_MICROSECOND)}
        _copy(connection, "correlations", instances, correlation)
        element = {**_ELEMENT, "search_text": f"printf('wait for payment %d', {_OF_ELEMENT})", **model}
        _copy(connection, "catch_elements", MODELS * _ELEMENTS_OF_A_MODEL, element)
        of_instance = {"id": _INSTANCE, "root_id": _INSTANCE, "correlation_id": _CORRELATION, **model}
        _copy(connection, "process_instances", instances, {**of_instance, "started_at": str(_FIRST_MICROSECOND)})
        _copy(connection, "waiting_events", count, {**_EVENT, **model})
        connection.commit()


def _copy(connection: sqlite3.Connection, table: str, count: int, overrides: dict[str, str]) -> None:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(overrides.get(column, f"pattern.{column}") for column in columns)
    model_numbers = {"process_instances": "i", "catch_elements": f"i / {_ELEMENTS_OF_A_MODEL}"}
    model_number = f"{model_numbers.get(table, _OF_EVENT)} % {MODELS}"
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", (table,)
    ).fetchall()
    for name, _ in indexes:  # rebuilt after the insert, which is faster than an insert into each
        connection.execute(f"DROP INDEX {name}")
    connection.execute(
        f"""
        WITH RECURSIVE numbers (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < {count}),
            m (id, key, number) AS (SELECT id, key, row_number() OVER (ORDER BY key) - 1 FROM process_models)
        INSERT INTO {table} ({", ".join(columns)})
        SELECT {values} FROM numbers
        JOIN m ON m.number = {model_number} JOIN (SELECT * FROM {table} LIMIT 1) AS pattern
        """
    )
    for _, sql in indexes:
        connection.execute(sql)
