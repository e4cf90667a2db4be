"""Declaration of fields whose resolver returns a domain object; the GraphQL type of the field describes it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import strawberry
from graphql import GraphQLField

from bpmn_events.domain.principal import Permission
from bpmn_events.web.gql.schema.typed_errors import errors_as_data
from bpmn_events.web.gql.strawberry_bridge import field_metadata

P = ParamSpec("P")
R = TypeVar("R")

_POLICY = "policy"


@dataclass(frozen=True, slots=True)
class FieldPolicy:
    """The conditions under which a field can be resolved; preflight checks read it.

    Attributes:
        permission: The permission that the field needs.
        list_name: The name of the list whose pages the arguments ``first`` and ``after`` select.
    """

    permission: Permission | None = None
    list_name: str | None = None


_NO_POLICY = FieldPolicy()


def field_policy(field: GraphQLField) -> FieldPolicy:
    """Return the policy that the field was declared with, or an empty one."""
    policy = field_metadata(field).get(_POLICY)
    return policy if isinstance(policy, FieldPolicy) else _NO_POLICY


def resolver_field(
    resolver: Callable[..., object],
    description: str,
    *,
    permission: Permission | None = None,
    list_name: str | None = None,
) -> Any:
    """Return a field of the annotated type; the resolver's own return type is only for the type checker.

    A caller without ``permission`` gets a GraphQL error. ``list_name`` names the list whose pages ``first`` and
    ``after`` select.
    """
    resolve = resolver if permission is None else _require_permission(resolver, permission)
    return strawberry.field(
        resolver=resolve, description=description, metadata={_POLICY: FieldPolicy(permission, list_name)}
    )


def root_field(
    graphql_type: Any, description: str, *, permission: Permission | None = None
) -> Callable[[Callable[P, R]], Any]:
    """Return a decorator that makes a resolver a root field of this type.

    ``permission`` is only declared, for preflight checks: the use case enforces it.
    """

    def decorate(resolver: Callable[P, R]) -> Any:
        metadata = {_POLICY: FieldPolicy(permission)}
        return strawberry.field(graphql_type=graphql_type, description=description, metadata=metadata)(resolver)

    return decorate


def union_field(
    union: Any, description: str, *, permission: Permission | None = None
) -> Callable[[Callable[P, Awaitable[R]]], Any]:
    """Return a decorator like ``root_field``, for a union whose typed errors the resolver may raise."""

    def decorate(resolver: Callable[P, Awaitable[R]]) -> Any:
        return root_field(union, description, permission=permission)(errors_as_data(union)(resolver))

    return decorate


def _require_permission(resolver: Callable[..., object], permission: Permission) -> Callable[..., object]:
    @wraps(resolver)
    def resolve(parent: Any, info: Any, *args: Any, **kwargs: Any) -> object:
        info.context.require(permission)
        return resolver(parent, info, *args, **kwargs)

    return resolve
