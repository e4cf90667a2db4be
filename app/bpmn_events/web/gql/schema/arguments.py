"""The paging arguments of lists (Relay Cursor Connections specification)."""

from typing import Annotated, TypeAlias

import strawberry
from graphql import VariableNode

from bpmn_events.domain.pages import DEFAULT_PAGE, MAX_PAGE
from bpmn_events.web.gql.context import Info
from bpmn_events.web.gql.strawberry_bridge import core_info

First: TypeAlias = Annotated[
    int | None,
    strawberry.argument(
        description=f"Number of items to return, 1 to {MAX_PAGE}, counted from the start of the list or from the "
        f"`after` cursor. Null means {DEFAULT_PAGE}."
    ),
]
After: TypeAlias = Annotated[
    str | None,
    strawberry.argument(description="Return items after this cursor, usually the `endCursor` of the previous page."),
]
Last: TypeAlias = Annotated[
    int | None,
    strawberry.argument(
        description=f"Number of items to return, 1 to {MAX_PAGE}, counted back from the end of the list or from the "
        "`before` cursor. Cannot be combined with `first`."
    ),
]
Before: TypeAlias = Annotated[
    str | None,
    strawberry.argument(description="Return items before this cursor, usually the `startCursor` of the next page."),
]


def is_provided(info: Info, argument: str) -> bool:
    """Return True if the request provides the argument, False if its value is the default from the schema."""
    raw = core_info(info)
    for node in raw.field_nodes[0].arguments or ():
        if node.name.value == argument:
            return not isinstance(node.value, VariableNode) or node.value.name.value in raw.variable_values.coerced
    return False
