"""The same page of each of many parents' lists, in one statement."""

from dataclasses import replace
from typing import Any

from sqlalchemy import FromClause, literal, select, true
from sqlalchemy.sql.elements import ColumnElement

from bpmn_events.adapters.storage.connections.statements import AnySelect
from bpmn_events.adapters.storage.sql.keyset import PagePlan
from bpmn_events.adapters.storage.sql.listing import Listing
from bpmn_events.adapters.storage.sql.ranges import Source, select_slice, slice_exists


def nested_pages(parents: FromClause, plan: PagePlan, listing: Listing[Any], source: Source) -> AnySelect:
    """Return the statement: for each parent the flags of ``page_flags``, and the rows of its page."""
    return (_lateral if source.dialect == "postgresql" else _by_id)(parents, plan, listing, source)


def page_flags(plan: PagePlan, listing: Listing[Any], source: Source) -> list[ColumnElement[bool]]:
    """Return whether there are rows before, and whether there are rows behind the page."""
    asked = (plan.behind, plan.beyond)
    return [literal(False) if along is None else slice_exists(listing.ranges, source, along) for along in asked]


def _lateral(parents: FromClause, plan: PagePlan, listing: Listing[Any], source: Source) -> AnySelect:
    page = select_slice(listing.ranges, source, plan.rows).lateral("page")
    return (
        select(parents.c.c0, *page_flags(plan, listing, source), *page.c)
        .select_from(parents.outerjoin(page, true()))
        .order_by(*listing.order.sort(plan.request.backward, page.c))
    )


def _by_id(parents: FromClause, plan: PagePlan, listing: Listing[Any], source: Source) -> AnySelect:
    """SQLite has no LATERAL, but looks up the ids that a correlated subquery answers."""
    page = listing.table.alias("page")
    sorted_by = [listing.table.c[name] for name in dict.fromkeys(("id", *listing.order.names))]
    ids = select_slice(listing.ranges, replace(source, columns=sorted_by), plan.rows).subquery("ids")
    columns = [page.c[column.key] for column in listing.columns]
    return (
        select(parents.c.c0, *page_flags(plan, listing, source), *columns)
        .select_from(parents.outerjoin(page, page.c.id.in_(select(ids.c.id).correlate(parents))))
        .order_by(*listing.order.sort(plan.request.backward, page.c))
    )
