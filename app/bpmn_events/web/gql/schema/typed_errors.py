"""Expected errors as data: the one place where an error of the domain becomes an answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar, get_args

from bpmn_events.domain.errors import DomainError

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class ErrorData:
    """A domain error as a value, with its attributes: an exception that a resolver returns would be raised."""

    error: DomainError

    def __getattr__(self, name: str) -> Any:
        return getattr(self.error, name)


def expected_errors(union: Any) -> tuple[type[DomainError], ...]:
    """The domain errors that the members of a union describe."""
    members = get_args(get_args(union)[0])
    return tuple(member.describes for member in members if hasattr(member, "describes"))


def errors_as_data(union: Any) -> Callable[[Callable[P, Awaitable[R]]], Callable[P, Awaitable[R | ErrorData]]]:
    """Let a resolver answer the errors among the union's members; what it raises besides is a GraphQL error."""
    expected = expected_errors(union)

    def decorate(resolver: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R | ErrorData]]:
        @wraps(resolver)
        async def answer(*args: P.args, **kwargs: P.kwargs) -> R | ErrorData:
            try:
                return await resolver(*args, **kwargs)
            except expected as error:
                return ErrorData(error)

        return answer

    return decorate
