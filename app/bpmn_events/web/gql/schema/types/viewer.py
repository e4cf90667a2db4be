"""The caller. Describes ``bpmn_events.domain.principal.Principal``."""

from typing import Any

import strawberry
from strawberry import Parent

from bpmn_events.domain.principal import Principal


def _permissions(parent: Parent[Principal]) -> list[str]:
    return sorted(parent.permissions)


def _lanes(parent: Parent[Principal]) -> list[str]:
    return sorted(parent.lanes)


@strawberry.type(description="The caller, as its token describes it.")
class Viewer:
    subject: str = strawberry.field(description="The `sub` claim of the token.")
    permissions: list[str] = strawberry.field(
        resolver=_permissions, description="What the token allows, such as `events:trigger`; in alphabetical order."
    )
    lanes: list[str] = strawberry.field(
        resolver=_lanes,
        description="The BPMN lanes whose waiting events the caller sees and may trigger, in alphabetical order; `*` "
        "stands for every lane.",
    )

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, Principal)
