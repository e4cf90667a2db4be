"""GraphQL errors as clients see them: each with a code, and none with a secret."""

import logging
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from graphql import GraphQLError, GraphQLFormattedError

from bpmn_events.domain.errors import DomainError, InvalidArgument
from bpmn_events.web.gql.strawberry_bridge import graphql_name

BAD_USER_INPUT = "BAD_USER_INPUT"
INTERNAL_ERROR = "INTERNAL_SERVER_ERROR"

logger = logging.getLogger(__name__)


def format_errors(errors: Iterable[GraphQLError]) -> list[GraphQLFormattedError]:
    """The errors of one answer. An unexpected one is logged under the id that stands in its place."""
    ids: dict[int, str] = {}
    return [_format(error, ids) for error in errors]


def _format(error: GraphQLError, ids: dict[int, str]) -> GraphQLFormattedError:
    formatted = error.formatted
    cause = _cause(error)
    if cause is None:
        formatted["extensions"] = {"code": BAD_USER_INPUT, **formatted.get("extensions", {})}
    elif isinstance(cause, DomainError):
        formatted["message"] = _message(cause)
        formatted["extensions"] = {"code": _code(cause)}
    else:
        formatted["message"] = "Unexpected error"
        formatted["extensions"] = {"code": INTERNAL_ERROR, "id": _logged(cause, ids)}
    return formatted


def _cause(error: GraphQLError) -> Exception | None:
    """What a resolver raised; None where graphql-core itself refused the request."""
    cause: Any = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause if isinstance(cause, Exception) else None


def _message(error: DomainError) -> str:
    """Return the message; an argument is named as the schema spells it."""
    return error.spelled(graphql_name(error.argument)).message if isinstance(error, InvalidArgument) else error.message


def _code(error: DomainError) -> str:
    return BAD_USER_INPUT if isinstance(error, InvalidArgument) else error.code.value


def _logged(cause: Exception, ids: dict[int, str]) -> str:
    """Several fields may fail for one cause: that is one entry in the log."""
    if id(cause) not in ids:
        ids[id(cause)] = uuid4().hex
        logger.error("Unexpected error %s", ids[id(cause)], exc_info=cause)
    return ids[id(cause)]
