"""Violations of payloads from the errors of jsonschema-rs."""

from jsonschema_rs import ValidationError

from bpmn_events.adapters.json_schema.messages import Messages
from bpmn_events.adapters.json_schema.refusal import to_pointer
from bpmn_events.domain.errors import PayloadViolation

MAX_VIOLATIONS = 100
MAX_MESSAGE = 500


def to_violation(error: ValidationError, messages: Messages) -> PayloadViolation:
    """Return the violation with the path of the value, the keyword and the message of the error."""
    keyword, message = messages.restore(error)
    return PayloadViolation(to_pointer(error.instance_path), keyword, truncate(message))


def truncate(message: str) -> str:
    """Return the message with a limited length: it quotes the invalid value, which may be as large as the payload."""
    return message if len(message) <= MAX_MESSAGE else message[: MAX_MESSAGE - 1] + "…"
