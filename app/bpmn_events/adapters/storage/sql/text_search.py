"""Finding a text anywhere in the column ``search_text`` of a table, through an index of its trigrams.

PostgreSQL has such an index on the table itself (https://www.postgresql.org/docs/current/pgtrgm.html), SQLite has a
table beside it (https://sqlite.org/fts5.html, section 4.3.5), which only GLOB makes use of where case matters.
"""

import re

from sqlalchemy import ColumnClause, FromClause, Table, Text, bindparam, column, select, table, tuple_
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeDecorator

from bpmn_events.adapters.storage.sql.predicates import Predicate, written
from bpmn_events.domain.ids import is_storable

# Longer than any name or id, and short enough for SQLite's limit on a pattern, 50,000 bytes.
MAX_SEARCH = 5_000

_SPECIAL = "*?["
# FTS5 takes three bytes between special characters for a trigram, even where they are fewer characters: then it finds
# nothing. What stands in brackets it leaves to GLOB.
_BRACKETED = re.compile(r"[*?\[]|(?<![^*?\[])[^*?\[]{1,2}(?![^*?\[])")
_LIKE = str.maketrans({special: f"\\{special}" for special in "%_\\"})


def is_searchable(text: str) -> bool:
    """Whether any stored text could contain this one."""
    return len(text) <= MAX_SEARCH and is_storable(text)


def _bracketed(found: re.Match[str]) -> str:
    return "".join(f"[{each}]" if each in _SPECIAL or not each.isascii() else each for each in found[0])


class _Pattern(TypeDecorator[str]):
    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str:
        if dialect.name == "sqlite":
            return f"*{_BRACKETED.sub(_bracketed, value or '')}*"
        return f"%{(value or '').translate(_LIKE)}%"


class _Contains(Predicate):
    inherit_cache = True


written(_Contains, postgresql="{0} LIKE {1}", sqlite="{0} GLOB {1}")


def contains(searched: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """Whether the column has the text in it."""
    return _Contains(searched, bindparam(None, text, type_=_Pattern(), unique=True))


def matches_text(searched: Table, text: str, dialect: str) -> ColumnElement[bool]:
    """Whether a row of the table has the text, found through the index."""
    if dialect != "sqlite":
        return contains(searched.c.search_text, text)
    keys, source = list(searched.primary_key), indexed(searched, dialect)
    found = select(*(source.c[key.name] for key in keys)).where(contains(source.c.search_text, text))
    return tuple_(*keys).in_(found)


def indexed(searched: Table, dialect: str) -> FromClause:
    """What a condition on ``search_text`` finds rows of this table in: their primary keys stand beside it."""
    if dialect != "sqlite":
        return searched
    keys: list[ColumnClause[str]] = [column(key.name) for key in searched.primary_key]
    return table(f"{searched.name}_search", *keys, column("search_text"))
