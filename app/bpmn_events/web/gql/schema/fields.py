"""Fields whose resolver answers a domain object, which the GraphQL type of the field describes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import strawberry
from graphql import GraphQLField

from bpmn_events.domain.principal import Permission
from bpmn_events.web.gql.schema.typed_errors import errors_as_data
from bpmn_events.web.gql.strawberry_bridge import metadata_of

P = ParamSpec("P")
R = TypeVar("R")

_POLICY = "terms"


@dataclass(frozen=True, slots=True)
class FieldPolicy:
    """On which terms a field answers: the permission it needs, and the name of the list it is a page of."""

    permission: Permission | None = None
    list_name: str | None = None


_NO_POLICY = FieldPolicy()


def policy_of(field: GraphQLField) -> FieldPolicy:
    """Return the terms that the field of the schema was declared with."""
    policy = metadata_of(field).get(_POLICY)
    return policy if isinstance(policy, FieldPolicy) else _NO_POLICY


def resolved(
    resolver: Callable[..., object],
    description: str,
    *,
    permission: Permission | None = None,
    list_name: str | None = None,
) -> Any:
    """A field of the annotated type; what the resolver itself says it returns is for the type checker.

    Without the permission that it needs it is a GraphQL error. ``list_name`` names the list whose pages ``first`` and
    ``after`` pick.
    """
    answer = resolver if permission is None else _guarded(resolver, permission)
    return strawberry.field(
        resolver=answer, description=description, metadata={_POLICY: FieldPolicy(permission, list_name)}
    )


def root(
    graphql_type: Any, description: str, *, permission: Permission | None = None
) -> Callable[[Callable[P, R]], Any]:
    """A root field of that type. What it needs is for its use case to check, and only said here."""

    def decorate(resolver: Callable[P, R]) -> Any:
        metadata = {_POLICY: FieldPolicy(permission)}
        return strawberry.field(graphql_type=graphql_type, description=description, metadata=metadata)(resolver)

    return decorate


def result(
    union: Any, description: str, *, permission: Permission | None = None
) -> Callable[[Callable[P, Awaitable[R]]], Any]:
    """As ``root``, for one that answers a union; the errors among its members are data."""

    def decorate(resolver: Callable[P, Awaitable[R]]) -> Any:
        return root(union, description, permission=permission)(errors_as_data(union)(resolver))

    return decorate


def _guarded(resolver: Callable[..., object], permission: Permission) -> Callable[..., object]:
    @wraps(resolver)
    def answer(parent: Any, info: Any, *args: Any, **kwargs: Any) -> object:
        info.context.require(permission)
        return resolver(parent, info, *args, **kwargs)

    return answer
