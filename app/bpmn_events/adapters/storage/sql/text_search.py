"""Substring search in the column ``search_text`` of a table, with a trigram index.

On PostgreSQL the index belongs to the table (https://www.postgresql.org/docs/current/pgtrgm.html). On SQLite it is a
case-sensitive FTS5 table of its own (https://sqlite.org/fts5.html, section 4.3.5), which only GLOB uses.
"""

import re

from sqlalchemy import ColumnClause, FromClause, Table, Text, bindparam, column, select, table, tuple_
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeDecorator

from bpmn_events.adapters.storage.sql.predicates import Predicate, render_as

_GLOB_SPECIAL = "*?["
# FTS5 takes any three bytes between special characters as a trigram. If these are fewer than three characters, it
# returns no row. It skips characters in brackets and leaves them to GLOB.
_IN_BRACKETS = re.compile(r"[*?\[]|(?<![^*?\[])[^*?\[]{1,2}(?![^*?\[])")
_LIKE_ESCAPES = str.maketrans({special: f"\\{special}" for special in "%_\\"})


def _put_in_brackets(match: re.Match[str]) -> str:
    return "".join(
        f"[{character}]" if character in _GLOB_SPECIAL or not character.isascii() else character
        for character in match[0]
    )


class _Pattern(TypeDecorator[str]):
    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str:
        if dialect.name == "sqlite":
            return f"*{_IN_BRACKETS.sub(_put_in_brackets, value or '')}*"
        return f"%{(value or '').translate(_LIKE_ESCAPES)}%"


class _Contains(Predicate):
    inherit_cache = True


render_as(_Contains, postgresql="{0} LIKE {1}", sqlite="{0} GLOB {1}")


def contains(search_text: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """Return the condition that the column contains the text."""
    return _Contains(search_text, bindparam(None, text, type_=_Pattern(), unique=True))


def matches_text(searched_table: Table, text: str, dialect: str) -> ColumnElement[bool]:
    """Return the condition that a row of the table contains the text, with use of the trigram index."""
    if dialect != "sqlite":
        return contains(searched_table.c.search_text, text)
    key_columns, index = list(searched_table.primary_key), search_index(searched_table, dialect)
    keys = select(*(index.c[key.name] for key in key_columns)).where(contains(index.c.search_text, text))
    return tuple_(*key_columns).in_(keys)


def search_index(searched_table: Table, dialect: str) -> FromClause:
    """Return the table with the primary keys and ``search_text`` on which ``contains`` uses the trigram index."""
    if dialect != "sqlite":
        return searched_table
    key_columns: list[ColumnClause[str]] = [column(key.name) for key in searched_table.primary_key]
    return table(f"{searched_table.name}_search", *key_columns, column("search_text"))
