"""Responses that are streams of GraphQL responses."""

from starlette.responses import Response

from bpmn_events.web.gql.streaming.body import SubscriptionBody
from bpmn_events.web.gql.streaming.formats import StreamFormat
from bpmn_events.web.gql.subscriptions.stream import PayloadStream
from bpmn_events.web.streams.pulse import Pulse
from bpmn_events.web.streams.response import StreamResponse

_VARY = {"Vary": "Accept"}


def stream_response(stream: PayloadStream, form: StreamFormat, pulse: Pulse, expires_at: float | None) -> Response:
    """Return the response to a subscription. ``expires_at`` is the end of the caller's credential."""
    return StreamResponse(SubscriptionBody(stream, form), pulse, form.content_type, expires_at, _VARY)


def single_response(content: bytes, form: StreamFormat) -> Response:
    """Return a stream that is complete after one response of GraphQL, as JSON."""
    body = form.opening + form.encode(content) + form.ending
    return Response(body, headers={"Content-Type": form.content_type, "Cache-Control": "no-store", **_VARY})
