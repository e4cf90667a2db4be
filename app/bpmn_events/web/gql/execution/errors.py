"""Formatting of GraphQL errors: each gets a code, and unexpected ones are masked and logged."""

import logging
import re
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from graphql import GraphQLError, GraphQLFormattedError

from bpmn_events.application.ports.response_budget import ResponseTooLarge
from bpmn_events.domain.errors import DomainError, InvalidArgument
from bpmn_events.web.error_codes import BAD_USER_INPUT, INTERNAL_ERROR
from bpmn_events.web.gql.strawberry_bridge import graphql_name
from bpmn_events.web.http.observation.record import record_code, record_error

_MAX_MESSAGE = 1000
# A name or value that a message quotes.
_LONG_TEXT = re.compile(r"[^\s'\"]{200,}")
_KEPT = 100

logger = logging.getLogger(__name__)


def format_errors(errors: Iterable[GraphQLError]) -> list[GraphQLFormattedError]:
    """Return the entries of one response's ``errors``.

    An unexpected error is masked: the response has an id in its place, and the log entry has the same id.
    """
    ids: dict[int, str] = {}  # of unexpected errors, by identity of the exception
    return [_format(error, ids) for error in errors]


def too_large_body(max_bytes: int) -> dict[str, Any]:
    """Return the response in place of one that has more bytes."""
    record_code(ResponseTooLarge.code)
    error = {"message": str(ResponseTooLarge(max_bytes)), "extensions": {"code": ResponseTooLarge.code}}
    return {"errors": [error], "data": None}


def shorten(message: str) -> str:
    """Return the message of an error with at most about 1,000 characters, and with long names and values cut off."""
    if len(message) <= _MAX_MESSAGE:
        return message
    shortened = _LONG_TEXT.sub(lambda match: f"{match[0][:_KEPT]}…", message)
    return shortened if len(shortened) <= _MAX_MESSAGE else f"{shortened[:_MAX_MESSAGE]}…"


def _format(error: GraphQLError, ids: dict[int, str]) -> GraphQLFormattedError:
    formatted = error.formatted
    formatted["message"] = shorten(formatted["message"])
    cause = _cause(error)
    if cause is None:
        formatted["extensions"] = {"code": BAD_USER_INPUT, **formatted.get("extensions", {})}
    elif isinstance(cause, DomainError):
        record_error(cause)
        formatted["message"] = shorten(_message(cause))
        formatted["extensions"] = {"code": _code(cause)}
    else:
        formatted["message"] = "Unexpected error"
        formatted["extensions"] = {"code": INTERNAL_ERROR, "id": _log_once(cause, ids)}
    record_code(formatted["extensions"]["code"])
    return formatted


def _cause(error: GraphQLError) -> Exception | None:
    """Return the exception that a resolver raised, or None if graphql-core itself reports the error."""
    cause: Any = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause if isinstance(cause, Exception) else None


def _message(error: DomainError) -> str:
    """Return the error's message, with the name of an argument as in the schema."""
    return (
        error.with_argument(graphql_name(error.argument)).message
        if isinstance(error, InvalidArgument)
        else error.message
    )


def _code(error: DomainError) -> str:
    return BAD_USER_INPUT if isinstance(error, InvalidArgument) else error.code.value


def _log_once(cause: Exception, ids: dict[int, str]) -> str:
    """Log the exception and return its id. Several fields may fail with one exception, which is logged once."""
    if id(cause) not in ids:
        ids[id(cause)] = uuid4().hex
        logger.error("Unexpected error %s", ids[id(cause)], exc_info=cause)
    return ids[id(cause)]
