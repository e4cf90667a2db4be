"""Statements as SQLite itself takes them: translated once, then executed without anything in between."""

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
_FIXED = "fixed"


def fixed(statement: Any) -> Any:
    """Mark a statement that is made once and executed over and over; its rows are then plain tuples.

    ``_FIXED`` tells it from those that are put together for one execution, which SQLAlchemy translates faster.
    """
    return statement.execution_options(**{_FIXED: True})


def is_fixed(statement: Executable) -> bool:
    return bool(statement.get_execution_options().get(_FIXED))


@dataclass(frozen=True, slots=True)
class Prepared:
    """The text with named parameters, those that have a constant value, and what encodes the others' values."""

    text: str
    constants: dict[str, Any]
    encoders: dict[str, Callable[[Any], Any]]

    def parameters(self, given: Parameters) -> Parameters:
        if not self.constants and not self.encoders:
            return given
        values = {**self.constants, **given}
        return values | {name: encode(values[name]) for name, encode in self.encoders.items()}


class PreparedStatements:
    """Keeps those used last. A statement is known by its identity and by the names of the values it is given."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Executable, tuple[str, ...]], Prepared] = OrderedDict()

    def get(self, statement: Executable, given: Parameters) -> Prepared:
        key = (statement, tuple(given))
        prepared = self._kept.get(key)
        if prepared is None:
            prepared = self._kept[key] = _prepare(statement, key[1])
            if len(self._kept) > _CAPACITY:
                self._kept.popitem(last=False)
        return prepared


def _prepare(statement: Executable, names: tuple[str, ...]) -> Prepared:
    assert isinstance(statement, ClauseElement)
    compiled = statement.compile(dialect=_DIALECT, column_keys=list(names))
    encoders: dict[str, Callable[[Any], Any]] = {
        name: partial(bind.type.process_bind_param, dialect=_DIALECT)
        for name, bind in compiled.binds.items()  # type: ignore[attr-defined]
        if isinstance(bind.type, TypeDecorator)
    }
    constants = {name: bind.value for name, bind in compiled.binds.items() if name not in names}  # type: ignore[attr-defined]
    return Prepared(compiled.string, constants, encoders)
