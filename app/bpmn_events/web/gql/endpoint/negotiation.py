"""The form of a response, as the header ``Accept`` of its request chooses it."""

from dataclasses import dataclass
from functools import lru_cache

from starlette.types import Scope

from bpmn_events.web.gql.endpoint.requests import GRAPHQL_RESPONSE, HTML, JSON
from bpmn_events.web.gql.streaming.formats import EVENT_STREAM, StreamFormat, choose_format
from bpmn_events.web.http.accept import parse_accept, prefer


@dataclass(frozen=True, slots=True)
class AcceptedForms:
    """The forms that a client accepts.

    Attributes:
        is_browser: Whether it prefers HTML.
        json: The media type of a response as JSON; None if the client accepts none.
        result: The media type of the response to a query or mutation: JSON or an event stream; None if it accepts none.
        stream: The form of the response to a subscription; None if it accepts none.
    """

    is_browser: bool
    json: str | None
    result: str | None
    stream: StreamFormat | None

    @property
    def single(self) -> StreamFormat | None:
        """The form of a stream with one result; None if the result is sent as JSON.

        To a client that accepts only multipart subscriptions, the errors of a document are sent so.
        """
        if self.result == EVENT_STREAM.media_type:
            return EVENT_STREAM
        return self.stream if self.result is None else None

    @classmethod
    def of(cls, scope: Scope) -> "AcceptedForms":
        """Return the forms that the client of this request accepts."""
        return _parse(b",".join([value for name, value in scope["headers"] if name == b"accept"]))


@lru_cache(maxsize=128)  # clients send few different values
def _parse(accept: bytes) -> AcceptedForms:
    ranges = parse_accept(accept.decode("latin-1"))
    return AcceptedForms(
        is_browser=prefer(ranges, (JSON, GRAPHQL_RESPONSE, HTML)) == HTML,
        json=prefer(ranges, (JSON, GRAPHQL_RESPONSE)),
        result=prefer(ranges, (JSON, GRAPHQL_RESPONSE, EVENT_STREAM.media_type)),
        stream=choose_format(ranges),
    )
