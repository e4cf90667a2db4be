"""Conditions on a column that each database writes in its own way."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Boolean
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType


class Predicate(FunctionElement[bool]):
    """A condition on a column and a value. Its subclasses say by ``inherit_cache`` that their type tells them apart."""

    type = Boolean()

    def self_group(self, against: OperatorType | None = None) -> "Predicate":
        """Itself: the ``= 1`` that makes a truth value of an SQLite number would keep the index out of use."""
        return self


def written(predicate: type[Predicate], *, postgresql: str, sqlite: str) -> None:
    """Say how it is written, with ``{0}`` for the column and ``{1}`` for the value."""
    compiles(predicate)(_filling(postgresql))
    compiles(predicate, "sqlite")(_filling(sqlite))


def _filling(template: str) -> Callable[..., str]:
    def write(element: Predicate, compiler: SQLCompiler, **options: Any) -> str:
        return template.format(*(compiler.process(clause, **options) for clause in element.clauses))

    return write
