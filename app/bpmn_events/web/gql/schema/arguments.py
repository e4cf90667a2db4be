"""The arguments of lists, in the words of the Relay Cursor Connections specification."""

from typing import Annotated, TypeAlias

import strawberry
from graphql import VariableNode

from bpmn_events.domain.pages import DEFAULT_PAGE, MAX_PAGE
from bpmn_events.web.gql.context import Info
from bpmn_events.web.gql.strawberry_bridge import core_info

First: TypeAlias = Annotated[
    int | None,
    strawberry.argument(
        description=f"The first so many items, 1 to {MAX_PAGE}, after `after` where that is given; null stands for "
        f"{DEFAULT_PAGE}."
    ),
]
After: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Only what follows this cursor: the `endCursor` of the page before.")
]
Last: TypeAlias = Annotated[
    int | None,
    strawberry.argument(
        description=f"The last so many items, 1 to {MAX_PAGE}, before `before` where that is given. Not together with "
        "`first`."
    ),
]
Before: TypeAlias = Annotated[
    str | None,
    strawberry.argument(description="Only what precedes this cursor: the `startCursor` of the page after."),
]


def is_given(info: Info, argument: str) -> bool:
    """Tell whether the request itself gives the argument, as opposed to the schema's default for it."""
    raw = core_info(info)
    for node in raw.field_nodes[0].arguments or ():
        if node.name.value == argument:
            return not isinstance(node.value, VariableNode) or node.value.name.value in raw.variable_values.coerced
    return False
