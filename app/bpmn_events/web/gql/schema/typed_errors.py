"""Typed errors: the one place where an error of the domain becomes a member of a union."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar, get_args

from bpmn_events.domain.errors import DomainError
from bpmn_events.web.http.observation.record import record_error

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class ErrorData:
    """A domain error as a value, with the attributes of the error.

    The wrapper is necessary because graphql-core raises an exception that a resolver returns.
    """

    error: DomainError

    def __getattr__(self, name: str) -> Any:
        return getattr(self.error, name)


def expected_errors(union: Any) -> tuple[type[DomainError], ...]:
    """Return the classes of the domain errors that the members of a union describe."""
    members = get_args(get_args(union)[0])
    return tuple(member.describes for member in members if hasattr(member, "describes"))


def errors_as_data(union: Any) -> Callable[[Callable[P, Awaitable[R]]], Callable[P, Awaitable[R | ErrorData]]]:
    """Return a decorator that makes a resolver return the domain errors in the union as data.

    All other exceptions of the resolver become GraphQL errors.
    """
    expected = expected_errors(union)

    def decorate(resolver: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R | ErrorData]]:
        @wraps(resolver)
        async def resolve(*args: P.args, **kwargs: P.kwargs) -> R | ErrorData:
            try:
                return await resolver(*args, **kwargs)
            except expected as error:
                record_error(error)
                return ErrorData(error)

        return resolve

    return decorate
