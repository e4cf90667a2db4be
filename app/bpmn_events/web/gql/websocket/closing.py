"""The ends of WebSockets: the codes of graphql-transport-ws, and 4410, which is ours."""

import logging
from enum import IntEnum
from uuid import uuid4

# A close frame has at most 125 bytes, with the code (RFC 6455, section 5.5).
_MAX_REASON_BYTES = 123

logger = logging.getLogger(__name__)


class CloseCode(IntEnum):
    """Why a connection ends."""

    INTERNAL_ERROR = 1011
    TRY_AGAIN_LATER = 1013
    BAD_MESSAGE = 4400
    NOT_INITIALIZED = 4401
    FORBIDDEN = 4403
    NO_SUBPROTOCOL = 4406
    INIT_TIMEOUT = 4408
    ID_IN_USE = 4409
    # 4429, which the protocol has for too many requests to initialize, is fatal to clients; these may come back.
    TOO_SLOW = 4410
    TOO_MANY_INITS = 4429


class ConnectionClosing(Exception):
    """The connection has to be closed, with a code and a reason for people."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = shorten_reason(reason)


def shorten_reason(reason: str) -> str:
    """Return as much of the reason as a close frame can have."""
    return reason.encode()[:_MAX_REASON_BYTES].decode(errors="ignore")


def unexpected_error(error: BaseException) -> ConnectionClosing:
    """Log an error of this program with an id, and return the end of the connection, whose reason has the id."""
    identifier = uuid4().hex
    logger.error("Unexpected error %s", identifier, exc_info=error)
    return ConnectionClosing(CloseCode.INTERNAL_ERROR, f"Unexpected error {identifier}")
