"""Request bodies, read up to a size limit, and their content types."""

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bpmn_events.domain.errors import InvalidPayload, PayloadViolation


class BodyTooLarge(InvalidPayload):
    """The request body is larger than this server accepts."""

    def __init__(self, limit: int) -> None:
        message = f"the request body is larger than the {limit} bytes this server accepts"
        super().__init__((PayloadViolation("", "maxBytes", message),))


async def read_body(request: Request, limit: int) -> bytes:
    """Return the whole body. Stop reading at the limit, which is a number of bytes.

    Raises:
        BodyTooLarge: The Content-Length or the received body exceeds the limit.
        HTTPException: 415, the body is compressed or otherwise encoded.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise HTTPException(415, "Send the body without a Content-Encoding.")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > limit:
        raise BodyTooLarge(limit)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise BodyTooLarge(limit)
    return bytes(body)


def check_content_type(request: Request) -> None:
    """Raise ``HTTPException`` 415 if the Content-Type is not JSON. A missing Content-Type is accepted."""
    content_type = request.headers.get("content-type", "")
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type and media_type != "application/json" and not media_type.endswith("+json"):
        raise HTTPException(415, f"Send the body as Content-Type: application/json, not as {media_type!r}.")
