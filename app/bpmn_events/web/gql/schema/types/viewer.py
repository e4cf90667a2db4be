"""The type Viewer, which describes the caller, a ``bpmn_events.domain.principal.Principal``."""

from typing import Any

import strawberry
from strawberry import Parent

from bpmn_events.domain.principal import Principal


def _permissions(parent: Parent[Principal]) -> list[str]:
    return sorted(parent.permissions)


def _lanes(parent: Parent[Principal]) -> list[str]:
    return sorted(parent.lanes)


@strawberry.type(description="The caller, as described by its token.")
class Viewer:
    subject: str = strawberry.field(description="The `sub` claim of the token.")
    permissions: list[str] = strawberry.field(
        resolver=_permissions, description="Permissions of the caller, such as `events:trigger`, in alphabetical order."
    )
    lanes: list[str] = strawberry.field(
        resolver=_lanes,
        description="BPMN lanes of the caller, in alphabetical order; `*` means every lane. The caller sees only "
        "waiting events and tasks in these lanes and outside any lane.",
    )

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, Principal)
