"""Types of statements and rows whose columns the type checker does not know."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from sqlalchemy import ColumnElement, Executable, Row, Select

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnySelect: TypeAlias = Select[*tuple[Any, ...]]
Condition: TypeAlias = ColumnElement[bool]


class Fetch(Protocol):
    """A function that executes one statement and returns its rows."""

    def __call__(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None
    ) -> Awaitable[Sequence[AnyRow]]: ...
