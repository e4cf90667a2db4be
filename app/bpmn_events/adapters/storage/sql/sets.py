"""Sets of values as ONE parameter of a statement.

However many values there are, the SQL text stays the same: nothing is compiled or prepared again, and no database's
limit on the number of parameters applies. PostgreSQL takes an array, SQLite a JSON text.
"""

from collections.abc import Collection, Iterable
from typing import Any

import orjson
from sqlalchemy import Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BindParameter, ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeDecorator, TypeEngine

from bpmn_events.adapters.storage.sql.predicates import Predicate, written
from bpmn_events.domain.ids import MAX_LENGTH, is_valid_id


def usable(texts: Iterable[str]) -> list[str]:
    """Those that a database could hold, each once: what cannot be stored cannot be found either."""
    return [text for text in dict.fromkeys(texts) if _is_plain(text) or is_valid_id(text)]


def _is_plain(text: str) -> bool:
    return 0 < len(text) <= MAX_LENGTH and text.isascii() and text.isprintable()


class _TextSet(TypeDecorator[Collection[str]]):
    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(Text()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Collection[str] | None, dialect: Dialect) -> Any:
        values = list(value or ())
        return values if dialect.name == "postgresql" else orjson.dumps(values).decode()


class _OneOf(Predicate):
    inherit_cache = True


written(_OneOf, postgresql="{0} = ANY ({1})", sqlite="{0} IN (SELECT value FROM json_each({1}))")


def one_of(column: ColumnElement[Any], values: str | Collection[str]) -> ColumnElement[bool]:
    """Whether the column has one of the values; a string names a parameter to be given at execution."""
    bind: BindParameter[Any]
    if isinstance(values, str):
        bind = bindparam(values, type_=_TextSet())
    else:
        bind = bindparam(None, values, type_=_TextSet(), unique=True)
    return _OneOf(column, bind)


class _TextRows(TypeDecorator[Collection[tuple[str, ...]]]):
    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Collection[tuple[str, ...]] | None, dialect: Dialect) -> str:
        return orjson.dumps(list(value or ())).decode()


class _RowsOf(FunctionElement[Any]):
    inherit_cache = True


@compiles(_RowsOf)
def _compile_rows(element: _RowsOf, compiler: SQLCompiler, **options: Any) -> str:
    values = compiler.process(element.clauses, **options)
    columns = ", ".join(f'(value ->> {place}) COLLATE "C" AS c{place}' for place in range(3))
    return f"(SELECT {columns} FROM json_array_elements(CAST({values} AS JSON)))"


@compiles(_RowsOf, "sqlite")
def _compile_rows_sqlite(element: _RowsOf, compiler: SQLCompiler, **options: Any) -> str:
    values = compiler.process(element.clauses, **options)
    columns = ", ".join(f"json_extract(value, '$[{place}]') AS c{place}" for place in range(3))
    return f"(SELECT {columns} FROM json_each({values}))"


def rows_of(values: str | Collection[tuple[str, ...]]) -> TableValuedAlias:
    """A table of up to three text columns ``c0``, ``c1``, ``c2``; a string names a parameter given at execution."""
    bind: BindParameter[Any]
    if isinstance(values, str):
        bind = bindparam(values, type_=_TextRows())
    else:
        bind = bindparam(None, values, type_=_TextRows(), unique=True)
    return _RowsOf(bind).table_valued("c0", "c1", "c2")


class _NoIndex(ColumnElement[Any]):
    inherit_cache = True
    _traverse_internals = [("column", InternalTraversal.dp_clauseelement)]  # noqa: RUF012

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column = column
        self.type = column.type


@compiles(_NoIndex)
def _compile_no_index(element: _NoIndex, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.column, **options)


@compiles(_NoIndex, "sqlite")
def _compile_no_index_sqlite(element: _NoIndex, compiler: SQLCompiler, **options: Any) -> str:
    return "+" + compiler.process(element.column, **options)


def no_index(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column, but never looked up in an index by SQLite, which has no statistics and guesses wrongly
    (https://sqlite.org/optoverview.html, "disqualifying WHERE clause terms using unary +").
    """
    return _NoIndex(column)


class _Same(Predicate):
    inherit_cache = True


written(_Same, postgresql="{0} = ANY (ARRAY[{1}])", sqlite="{0} = {1}")


def same(column: ColumnElement[Any], value: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the column has the value of an enclosing query's row, of which PostgreSQL does not conclude that it is
    the same in all rows.
    """
    return _Same(column, value)
