"""Predicates and tables that take a whole set of values as one parameter.

The SQL text does not depend on the number of values: no statement is compiled or prepared again, and no limit on the
number of parameters applies. A set of texts is an array on PostgreSQL and a JSON text on SQLite. A set of rows is a
JSON text on both.
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

from bpmn_events.adapters.storage.sql.predicates import Predicate, render_as
from bpmn_events.domain.ids import MAX_LENGTH, is_valid_id


def storable_texts(texts: Iterable[str]) -> list[str]:
    """Return the distinct texts that are valid ids (see ``is_valid_id``). No column of ids has any other text."""
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


class _InSet(Predicate):
    inherit_cache = True


render_as(_InSet, postgresql="{0} = ANY ({1})", sqlite="{0} IN (SELECT value FROM json_each({1}))")


def in_set(column: ColumnElement[Any], values: str | Collection[str]) -> ColumnElement[bool]:
    """Return the condition that the column has one of the values.

    A string is the name of the parameter that passes the values at execution.
    """
    bind: BindParameter[Any]
    if isinstance(values, str):
        bind = bindparam(values, type_=_TextSet())
    else:
        bind = bindparam(None, values, type_=_TextSet(), unique=True)
    return _InSet(column, bind)


class _TextRows(TypeDecorator[Collection[tuple[str, ...]]]):
    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Collection[tuple[str, ...]] | None, dialect: Dialect) -> str:
        return orjson.dumps(list(value or ())).decode()


class _TableParameter(FunctionElement[Any]):
    inherit_cache = True


@compiles(_TableParameter)
def _compile_table(element: _TableParameter, compiler: SQLCompiler, **options: Any) -> str:
    values = compiler.process(element.clauses, **options)
    columns = ", ".join(f'(value ->> {index}) COLLATE "C" AS c{index}' for index in range(3))
    return f"(SELECT {columns} FROM json_array_elements(CAST({values} AS JSON)))"


@compiles(_TableParameter, "sqlite")
def _compile_table_sqlite(element: _TableParameter, compiler: SQLCompiler, **options: Any) -> str:
    values = compiler.process(element.clauses, **options)
    columns = ", ".join(f"json_extract(value, '$[{index}]') AS c{index}" for index in range(3))
    return f"(SELECT {columns} FROM json_each({values}))"


def table_parameter(values: str | Collection[tuple[str, ...]]) -> TableValuedAlias:
    """Return a table of up to three text columns ``c0``, ``c1``, ``c2``.

    A string is the name of the parameter that passes the rows at execution.
    """
    bind: BindParameter[Any]
    if isinstance(values, str):
        bind = bindparam(values, type_=_TextRows())
    else:
        bind = bindparam(None, values, type_=_TextRows(), unique=True)
    return _TableParameter(bind).table_valued("c0", "c1", "c2")


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
    """Return the column such that SQLite uses no index on it; PostgreSQL sees the plain column.

    SQLite has no statistics here and would choose the wrong index (https://sqlite.org/optoverview.html,
    "disqualifying WHERE clause terms using unary +").
    """
    return _NoIndex(column)


class _EqualsOuter(Predicate):
    inherit_cache = True


render_as(_EqualsOuter, postgresql="{0} = ANY (ARRAY[{1}])", sqlite="{0} = {1}")


def equals_outer(column: ColumnElement[Any], value: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that the column equals a column of the outer query.

    PostgreSQL cannot infer from it that the column is constant in the subquery.
    """
    return _EqualsOuter(column, value)
