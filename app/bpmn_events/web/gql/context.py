"""The context of one GraphQL operation, which every resolver receives."""

from dataclasses import dataclass, field
from typing import TypeAlias

import strawberry

from bpmn_events.application.ports.response_budget import ResponseBudget
from bpmn_events.application.services import Services
from bpmn_events.domain.errors import Forbidden
from bpmn_events.domain.events import TriggerSource
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.web.gql.data.loaders import Loaders


@dataclass(slots=True)
class Context:
    """The use cases, the caller and the data loaders of one operation.

    Attributes:
        principal: The authenticated caller; None if the request had no credential.
        fields: The names of all fields that the document selects.
        budget: The bytes that the response may have. Resolvers of large values charge it.
    """

    services: Services
    principal: Principal | None
    fields: frozenset[str] = frozenset()
    source: TriggerSource = TriggerSource.GRAPHQL
    budget: ResponseBudget = field(default_factory=ResponseBudget)
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        self.renew_loaders()

    def renew_loaders(self) -> None:
        """Replace the loaders after a mutation, because their cached rows are out of date."""
        self.loaders = Loaders(self.services.read_store, self.principal, self.services.list_start_events)

    def may(self, permission: Permission) -> bool:
        """Return True if the caller is authenticated and holds the permission."""
        return self.principal is not None and self.principal.may(permission)

    def require(self, permission: Permission) -> None:
        """Raise Forbidden if the caller lacks the permission.

        Meant for nested fields: the root field has already returned an UnauthorizedError to a caller without a
        credential.

        Raises:
            Forbidden: The caller lacks the permission.
        """
        if not self.may(permission):
            raise Forbidden(permission)


Info: TypeAlias = strawberry.Info[Context, None]
