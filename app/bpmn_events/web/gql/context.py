"""What every resolver can reach: the use cases, the caller, and the loaders of this one operation."""

from dataclasses import dataclass, field
from typing import TypeAlias

import strawberry

from bpmn_events.application.services import Services
from bpmn_events.domain.errors import Forbidden
from bpmn_events.domain.events import TriggerSource
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.web.gql.data.loaders import Loaders


@dataclass(slots=True)
class Context:
    """Belongs to one operation. ``fields`` holds the name of every field in its document."""

    services: Services
    principal: Principal | None
    fields: frozenset[str] = frozenset()
    source: TriggerSource = TriggerSource.GRAPHQL
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        self.renew_loaders()

    def renew_loaders(self) -> None:
        """Forget what was read: a mutation has changed it."""
        self.loaders = Loaders(self.services.read_store, self.principal)

    def may(self, permission: Permission) -> bool:
        return self.principal is not None and self.principal.may(permission)

    def require(self, permission: Permission) -> None:
        """Raises ``Forbidden`` at a nested field; whoever got that deep is authenticated."""
        if not self.may(permission):
            raise Forbidden(permission)


Info: TypeAlias = strawberry.Info[Context, None]
