"""Authentication of the callers of GraphQL."""

from collections.abc import Sequence

from starlette.types import Scope

from bpmn_events.application.ports.tokens import KeysUnavailable, Tokens
from bpmn_events.domain.errors import BadCredential, TooManyRequests
from bpmn_events.domain.principal import Principal
from bpmn_events.web.gql.execution.request import BadRequest
from bpmn_events.web.http.fair_use import authenticate_within_limits
from bpmn_events.web.http.problems import bearer_challenge
from bpmn_events.web.problem_documents import rate_limit_members


class RateLimited(BadRequest):
    """The caller has used up a rate limit."""

    def __init__(self, error: TooManyRequests) -> None:
        headers = {"Retry-After": str(error.retry_after_seconds)}
        super().__init__(429, error.message, headers, extensions=rate_limit_members(error))


async def authenticate_caller(scope: Scope, authorization: Sequence[str], tokens: Tokens) -> Principal | None:
    """Return the principal for the values of all Authorization headers, or None if there are none.

    Raises:
        BadRequest: The credential is not accepted, or cannot be checked at the moment.
        RateLimited: The caller has to wait.
    """
    try:
        return await authenticate_within_limits(scope, authorization, tokens)
    except TooManyRequests as error:
        raise RateLimited(error) from None
    except BadCredential as error:
        raise BadRequest(401, error.message, {"WWW-Authenticate": bearer_challenge(error)}) from None
    except KeysUnavailable as error:
        raise BadRequest(503, str(error), {"Retry-After": str(error.retry_after_seconds)}, error.code) from None
