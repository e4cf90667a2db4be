"""Fields whose resolver answers a domain object, which the GraphQL type of the field describes."""

from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar

import strawberry

from app.web.gql.refusals import refusals_as_data

P = ParamSpec("P")
R = TypeVar("R")


def resolved(resolver: Callable[..., object], description: str) -> Any:
    """A field of the annotated type; what the resolver itself says it returns is for the type checker."""
    return strawberry.field(resolver=resolver, description=description)


def root(graphql_type: Any, description: str) -> Callable[[Callable[P, R]], Any]:
    """A root field of that type."""

    def decorate(resolver: Callable[P, R]) -> Any:
        return strawberry.field(graphql_type=graphql_type, description=description)(resolver)

    return decorate


def result(union: Any, description: str) -> Callable[[Callable[P, Awaitable[R]]], Any]:
    """A root field that answers a union; the errors among its members are data."""

    def decorate(resolver: Callable[P, Awaitable[R]]) -> Any:
        return strawberry.field(graphql_type=union, description=description)(refusals_as_data(union)(resolver))

    return decorate
