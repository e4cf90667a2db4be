"""Nested pages: the same page of the lists of many parents, in one statement."""

from dataclasses import replace
from typing import Any

from sqlalchemy import FromClause, literal, select, true
from sqlalchemy.sql.elements import ColumnElement

from bpmn_events.adapters.storage.connections.statements import AnySelect
from bpmn_events.adapters.storage.sql.keyset import PagePlan
from bpmn_events.adapters.storage.sql.listing import Listing
from bpmn_events.adapters.storage.sql.ranges import Projection, select_slice, slice_exists


def select_nested_pages(
    parents: FromClause, plan: PagePlan, listing: Listing[Any], projection: Projection
) -> AnySelect:
    """Return a SELECT of each parent's key (``c0``), its ``page_flags`` and the columns of its page.

    A parent has a row for each row of its page. A parent whose page is empty has one row, with NULL in these columns.
    """
    return (_join_lateral if projection.dialect == "postgresql" else _join_ids)(parents, plan, listing, projection)


def page_flags(plan: PagePlan, listing: Listing[Any], projection: Projection) -> list[ColumnElement[bool]]:
    """Return two conditions: there are rows before the page, and there are rows after it (in scan direction)."""
    probes = (plan.before, plan.after)
    return [literal(False) if probe is None else slice_exists(listing.ranges, projection, probe) for probe in probes]


def _join_lateral(parents: FromClause, plan: PagePlan, listing: Listing[Any], projection: Projection) -> AnySelect:
    page = select_slice(listing.ranges, projection, plan.rows).lateral("page")
    return (
        select(parents.c.c0, *page_flags(plan, listing, projection), *page.c)
        .select_from(parents.outerjoin(page, true()))
        .order_by(*listing.order.order_by(plan.request.backward, page.c))
    )


def _join_ids(parents: FromClause, plan: PagePlan, listing: Listing[Any], projection: Projection) -> AnySelect:
    """Return the same SELECT for SQLite, which has no LATERAL: a correlated subquery returns the ids of the page."""
    page = listing.table.alias("page")
    sort_columns = [listing.table.c[name] for name in dict.fromkeys(("id", *listing.order.names))]
    ids = select_slice(listing.ranges, replace(projection, columns=sort_columns), plan.rows).subquery("ids")
    columns = [page.c[column.key] for column in listing.columns]
    return (
        select(parents.c.c0, *page_flags(plan, listing, projection), *columns)
        .select_from(parents.outerjoin(page, page.c.id.in_(select(ids.c.id).correlate(parents))))
        .order_by(*listing.order.order_by(plan.request.backward, page.c))
    )
