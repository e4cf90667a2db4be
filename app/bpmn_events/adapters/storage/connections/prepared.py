"""Statements compiled once for the ``sqlite3`` module and executed without SQLAlchemy."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.types import TypeDecorator

Parameters = Mapping[str, Any]

_DIALECT = pysqlite.dialect(paramstyle="named")
_CAPACITY = 256
_REUSABLE = "reusable"


def mark_reusable(statement: Any) -> Any:
    """Return the statement, marked as built once and executed many times.

    The SQLite write connection prepares such a statement and returns its rows as plain tuples. Statements built for one
    execution are not marked: SQLAlchemy's cache compiles them faster.
    """
    return statement.execution_options(**{_REUSABLE: True})


def is_reusable(statement: Executable) -> bool:
    """Return True if the statement is marked with ``mark_reusable``."""
    return bool(statement.get_execution_options().get(_REUSABLE))


@dataclass(frozen=True, slots=True)
class PreparedStatement:
    """A compiled statement.

    Attributes:
        text: The SQL text with named parameters.
        constants: The values of the parameters that are part of the statement.
        encoders: Convert the values of parameters of custom types.
    """

    text: str
    constants: dict[str, Any]
    encoders: dict[str, Callable[[Any], Any]]

    def bind(self, parameters: Parameters) -> Parameters:
        """Return the values of all parameters, in the form that ``sqlite3`` takes."""
        if not self.constants and not self.encoders:
            return parameters
        values = {**self.constants, **parameters}
        return values | {name: encode(values[name]) for name, encode in self.encoders.items()}


class PreparedStatements:
    """A cache of prepared statements by the identity of the statement and the names of its parameters.

    It drops the oldest entry when it is full.
    """

    def __init__(self) -> None:
        self._cache: OrderedDict[tuple[Executable, tuple[str, ...]], PreparedStatement] = OrderedDict()

    def get(self, statement: Executable, parameters: Parameters) -> PreparedStatement:
        """Return the prepared statement; compile it if it is not in the cache."""
        key = (statement, tuple(parameters))
        prepared = self._cache.get(key)
        if prepared is None:
            prepared = self._cache[key] = _prepare(statement, key[1])
            if len(self._cache) > _CAPACITY:
                self._cache.popitem(last=False)
        return prepared


def _prepare(statement: Executable, names: tuple[str, ...]) -> PreparedStatement:
    assert isinstance(statement, ClauseElement)
    compiled = statement.compile(dialect=_DIALECT, column_keys=list(names))
    encoders: dict[str, Callable[[Any], Any]] = {
        name: partial(bind.type.process_bind_param, dialect=_DIALECT)
        for name, bind in compiled.binds.items()  # type: ignore[attr-defined]
        if isinstance(bind.type, TypeDecorator)
    }
    constants = {name: bind.value for name, bind in compiled.binds.items() if name not in names}  # type: ignore[attr-defined]
    return PreparedStatement(compiled.string, constants, encoders)
