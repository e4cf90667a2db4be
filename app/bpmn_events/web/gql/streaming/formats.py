"""The two forms of a stream of GraphQL responses in the body of one response of HTTP."""

from collections.abc import Sequence

from bpmn_events.web.http.accept import MediaRange, find_range

_SUBSCRIPTION_SPEC = "subscriptionspec"
_DEFER_SPEC = "deferspec"


class StreamFormat:
    """The form of a stream.

    Attributes:
        media_type: The media type, without parameters.
        content_type: The media type with its parameters.
        opening: The beginning of the body, which is sent at once.
        before: The bytes before each response of GraphQL, which is a line of JSON.
        after: The bytes after it.
        heartbeat: The bytes to send after a silence.
        ending: The end of a body that is complete. Without it, the client knows that the stream was interrupted.
    """

    media_type: str
    content_type: str
    opening: bytes
    before: bytes
    after: bytes
    heartbeat: bytes
    ending: bytes

    def encode(self, response: bytes) -> bytes:
        """Return the part of the body for a response of GraphQL."""
        return self.before + response + self.after

    def encode_failure(self, errors: bytes) -> bytes:
        """Return the last part of a stream that ends because of these errors, a JSON array."""
        return self.encode(b'{"errors":%b}' % errors)

    def find_range(self, ranges: Sequence[MediaRange]) -> MediaRange | None:
        """Return the media range by which the client accepts the form; None if it does not."""
        return find_range(ranges, self.media_type)


class EventStream(StreamFormat):
    """GraphQL over Server-Sent Events, distinct connections mode (https://github.com/enisdenjo/graphql-sse)."""

    media_type = "text/event-stream"
    content_type = "text/event-stream; charset=utf-8"
    opening = heartbeat = b":\n\n"
    before = b"event: next\ndata: "
    after = b"\n\n"
    ending = b"event: complete\ndata:\n\n"


class Multipart(StreamFormat):
    """Multipart subscriptions, version 1.0, as Apollo Router, Apollo Client and urql have them.

    A boundary follows its part at once, because clients read a part when they have the next boundary.
    """

    media_type = "multipart/mixed"
    content_type = 'multipart/mixed; boundary="graphql"; subscriptionSpec="1.0"'
    opening = b"\r\n--graphql"
    before = b'\r\nContent-Type: application/json\r\n\r\n{"payload":'
    after = b"}\r\n--graphql"
    heartbeat = b"\r\nContent-Type: application/json\r\n\r\n{}\r\n--graphql"
    ending = b"--\r\n"

    def encode_failure(self, errors: bytes) -> bytes:
        """Return the part with the errors beside the payload: transport errors, as the protocol calls them."""
        return self.encode(b'null,"errors":%b' % errors)

    def find_range(self, ranges: Sequence[MediaRange]) -> MediaRange | None:
        """Return the media range, unless it asks for another version or for incremental delivery."""
        return find_range([each for each in ranges if _is_for_subscriptions(each)], self.media_type)


def _is_for_subscriptions(media_range: MediaRange) -> bool:
    version = media_range.parameters.get(_SUBSCRIPTION_SPEC)
    return version == "1.0" or (version is None and _DEFER_SPEC not in media_range.parameters)


EVENT_STREAM = EventStream()
MULTIPART = Multipart()


def choose_format(ranges: Sequence[MediaRange]) -> StreamFormat | None:
    """Return the form that the client accepts, or None.

    Of both, it is the one with the higher quality, then the one that the header names, then the event stream.
    """
    found = [(media_range, form) for form in (EVENT_STREAM, MULTIPART) if (media_range := form.find_range(ranges))]
    best = max(found, key=lambda pair: (pair[0].quality, pair[0].specificity), default=None)
    return None if best is None else best[1]
