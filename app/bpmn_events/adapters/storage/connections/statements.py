"""The types of statements whose columns are not known to the type checker, and who executes them."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from sqlalchemy import ColumnElement, Executable, Row, Select

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnySelect: TypeAlias = Select[*tuple[Any, ...]]
Condition: TypeAlias = ColumnElement[bool]


class Fetch(Protocol):
    """Executes one statement and answers its rows."""

    def __call__(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None
    ) -> Awaitable[Sequence[AnyRow]]: ...
