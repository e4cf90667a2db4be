"""The messages of graphql-transport-ws (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from bpmn_events.application.json_text import parse_json
from bpmn_events.domain.changes import ChangesCursor
from bpmn_events.domain.errors import InvalidPayload
from bpmn_events.web.changes_cursors import encode_changes_cursor
from bpmn_events.web.gql.websocket.closing import CloseCode, ConnectionClosing

# Each message about an operation repeats its id, and the server keeps it.
_MAX_ID_CHARACTERS = 256


class MessageType(StrEnum):
    """The types of the messages that clients send."""

    CONNECTION_INIT = "connection_init"
    PING = "ping"
    PONG = "pong"
    SUBSCRIBE = "subscribe"
    COMPLETE = "complete"


_TYPES = frozenset(MessageType)
_WITH_ID = frozenset((MessageType.SUBSCRIBE, MessageType.COMPLETE))

ACK = b'{"type":"connection_ack"}'
# What follows the payload of a message of the type ``next``.
NEXT_END = b"}"


@dataclass(frozen=True, slots=True)
class ClientMessage:
    """A message of the client.

    Attributes:
        id: The id of the operation; empty if the message concerns none.
        payload: The payload; None if it is missing or null.
    """

    type: MessageType
    id: str
    payload: dict[str, Any] | None


class BadMessage(ConnectionClosing):
    """The client has sent no message of the protocol (4400)."""

    def __init__(self, reason: str) -> None:
        super().__init__(CloseCode.BAD_MESSAGE, reason)


def parse_message(text: str) -> ClientMessage:
    """Return the message in a text frame.

    Raises:
        BadMessage: It is none.
    """
    try:
        message = parse_json(text)
    except InvalidPayload as error:
        raise BadMessage(f"The message cannot be read: {error.violations[0].message}") from None
    if not isinstance(message, dict):
        raise BadMessage("A message is a JSON object")
    kind = message.get("type")
    if not isinstance(kind, str) or kind not in _TYPES:
        raise BadMessage("The message has no type that a client may send")
    payload = message.get("payload")
    if payload is not None and not isinstance(payload, dict):  # some clients write null for a payload that they lack
        raise BadMessage("The payload of a message is an object")
    if kind == MessageType.SUBSCRIBE and payload is None:
        raise BadMessage("The message subscribe needs a payload")
    return ClientMessage(MessageType(kind), _operation_id(message) if kind in _WITH_ID else "", payload)


def pong(payload: Mapping[str, Any] | None) -> bytes:
    """Return the answer to a ping with this payload."""
    return msgspec.json.encode({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})


def ping(cursor: ChangesCursor | None) -> bytes:
    """Return a ping, which tells the client after which cursor it can continue its subscriptions."""
    if cursor is None:
        return b'{"type":"ping"}'
    return msgspec.json.encode({"type": "ping", "payload": {"cursor": encode_changes_cursor(cursor)}})


def next_start(operation_id: str) -> bytes:
    """Return the beginning of a message, up to its payload, of the type ``next``."""
    return b'{"id":%b,"type":"next","payload":' % msgspec.json.encode(operation_id)


def error_message(operation_id: str, errors: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the message for an operation that cannot be executed, or not any longer."""
    return msgspec.json.encode({"id": operation_id, "type": "error", "payload": errors})


def complete_message(operation_id: str) -> bytes:
    """Return the message that ends an operation."""
    return msgspec.json.encode({"id": operation_id, "type": "complete"})


def _operation_id(message: Mapping[str, Any]) -> str:
    operation_id = message.get("id")
    if not isinstance(operation_id, str) or not operation_id:
        raise BadMessage("The id of an operation is a text that is not empty")
    if len(operation_id) > _MAX_ID_CHARACTERS:
        raise BadMessage(f"The id of an operation has at most {_MAX_ID_CHARACTERS} characters")
    return operation_id
