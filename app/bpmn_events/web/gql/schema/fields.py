"""Fields whose resolver answers a domain object, which the GraphQL type of the field describes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import strawberry
from graphql import GraphQLField

from bpmn_events.domain.principal import Permission
from bpmn_events.web.gql.schema.refusals import refusals_as_data
from bpmn_events.web.gql.strawberry_bridge import metadata_of

P = ParamSpec("P")
R = TypeVar("R")

_TERMS = "terms"


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a field answers: the permission it needs, and the name of the list it is a page of."""

    needs: Permission | None = None
    pages: str | None = None


_NO_TERMS = Terms()


def terms_of(field: GraphQLField) -> Terms:
    """Return the terms that the field of the schema was declared with."""
    terms = metadata_of(field).get(_TERMS)
    return terms if isinstance(terms, Terms) else _NO_TERMS


def resolved(
    resolver: Callable[..., object], description: str, *, needs: Permission | None = None, pages: str | None = None
) -> Any:
    """A field of the annotated type; what the resolver itself says it returns is for the type checker.

    Without the permission that it needs it is a GraphQL error. ``pages`` names the list whose pages ``first`` and
    ``after`` pick.
    """
    answer = resolver if needs is None else _guarded(resolver, needs)
    return strawberry.field(resolver=answer, description=description, metadata={_TERMS: Terms(needs, pages)})


def root(graphql_type: Any, description: str, *, needs: Permission | None = None) -> Callable[[Callable[P, R]], Any]:
    """A root field of that type. What it needs is for its use case to check, and only said here."""

    def decorate(resolver: Callable[P, R]) -> Any:
        metadata = {_TERMS: Terms(needs)}
        return strawberry.field(graphql_type=graphql_type, description=description, metadata=metadata)(resolver)

    return decorate


def result(
    union: Any, description: str, *, needs: Permission | None = None
) -> Callable[[Callable[P, Awaitable[R]]], Any]:
    """As ``root``, for one that answers a union; the errors among its members are data."""

    def decorate(resolver: Callable[P, Awaitable[R]]) -> Any:
        return root(union, description, needs=needs)(refusals_as_data(union)(resolver))

    return decorate


def _guarded(resolver: Callable[..., object], needs: Permission) -> Callable[..., object]:
    @wraps(resolver)
    def answer(parent: Any, info: Any, *args: Any, **kwargs: Any) -> object:
        info.context.require(needs)
        return resolver(parent, info, *args, **kwargs)

    return answer
