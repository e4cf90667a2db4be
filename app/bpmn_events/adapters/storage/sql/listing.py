"""An ordered list of rows that can be read in pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import FromClause
from sqlalchemy.sql.elements import KeyedColumnElement

from bpmn_events.adapters.storage.sql.keyset import Order
from bpmn_events.adapters.storage.sql.ranges import Range

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """An ordered list of the rows of one table.

    Attributes:
        table: The table that is read.
        columns: The selected columns.
        ranges: Disjoint ranges that together hold every row of the list.
        order: The sort order.
        parse: Builds an item from a row.
        is_exact: The ranges are index ranges in list order without other rows. A page then reads only its own rows.
    """

    table: FromClause
    columns: Sequence[KeyedColumnElement[Any]]
    ranges: Sequence[Range]
    order: Order
    parse: Callable[[Sequence[Any]], T]
    is_exact: bool = False
