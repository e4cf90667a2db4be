"""An ordered list, as its pages are read."""

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
    """An ordered list: the columns of one table, and ranges of its rows, of which no row lies in two.

    ``exact`` says that the ranges hold nothing but the list, in its order: a page of it reads no more rows than it has.
    """

    table: FromClause
    columns: Sequence[KeyedColumnElement[Any]]
    ranges: Sequence[Range]
    order: Order
    parse: Callable[[Sequence[Any]], T]
    exact: bool = False
