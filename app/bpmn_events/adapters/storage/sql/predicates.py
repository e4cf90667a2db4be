"""A base class for predicates that each dialect renders with its own SQL."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Boolean
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType


class Predicate(FunctionElement[bool]):
    """A predicate on a column and a value.

    Subclasses set ``inherit_cache`` to True: their type alone identifies them in SQLAlchemy's statement cache.
    """

    type = Boolean()

    def self_group(self, against: OperatorType | None = None) -> "Predicate":
        """Return the predicate itself.

        On SQLite, SQLAlchemy would append ``= 1`` to make a truth value of a number, and SQLite would use no index.
        """
        return self


def render_as(predicate: type[Predicate], *, postgresql: str, sqlite: str) -> None:
    """Register the SQL template of each dialect, with ``{0}`` for the column and ``{1}`` for the value."""
    compiles(predicate)(_renderer(postgresql))
    compiles(predicate, "sqlite")(_renderer(sqlite))


def _renderer(template: str) -> Callable[..., str]:
    def render(element: Predicate, compiler: SQLCompiler, **options: Any) -> str:
        return template.format(*(compiler.process(clause, **options) for clause in element.clauses))

    return render
