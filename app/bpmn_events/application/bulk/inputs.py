"""The input of one trigger as a JSON object, with the fields of ``TriggerEventInput`` of the GraphQL schema."""

import re
from codecs import BOM_UTF8
from typing import Annotated, Any, TypeAlias

import msgspec

from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.application.json_text import parse_json
from bpmn_events.domain.errors import InvalidArgument, InvalidPayload
from bpmn_events.domain.events import TriggerSource

_BLANK = b" \t\r"
_PLACE = re.compile(r" - at `\$\.?([^`]*)`$")
_MISSING = re.compile(r"^Object missing required field `([^`]*)`$")
_UNKNOWN = re.compile(r"^Object contains unknown field `(.*)`$", re.DOTALL)


_Id: TypeAlias = str | Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]


class TriggerInput(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """A line: one trigger. A number stands for the id with its digits, as for the type ID of GraphQL."""

    process_model_key: _Id
    correlation_id: _Id
    event_id: _Id
    payload: Annotated[Any, msgspec.Meta(extra_json_schema={"type": ["object", "null"]})] = None
    idempotency_key: str | None = None
    dry_run: bool | None = None


_decoder = msgspec.json.Decoder(TriggerInput)


def parse_trigger(text: bytes, source: TriggerSource) -> TriggerEvent:
    """Return the command that a line asks for.

    Raises:
        InvalidArgument: The line is no JSON object with the right fields. The argument has the name of the field, or is
            ``line``.
    """
    text = json_of(text)
    try:
        fields = _decoder.decode(text)
    except (UnicodeError, RecursionError, msgspec.DecodeError) as error:
        argument, reason = _explain(text, str(error))
        raise InvalidArgument(argument, reason) from None
    return TriggerEvent(
        process_model_key=str(fields.process_model_key),
        correlation_id=str(fields.correlation_id),
        event_id=str(fields.event_id),
        payload=fields.payload,
        idempotency_key=fields.idempotency_key,
        dry_run=fields.dry_run or False,
        source=source,
    )


def json_of(line: bytes) -> bytes:
    """Return a line without the blanks around it, and without a byte order mark (RFC 8259, section 8.1)."""
    return line.strip(_BLANK).removeprefix(BOM_UTF8)


def _explain(text: bytes, message: str) -> tuple[str, str]:
    """Return the argument that msgspec complains about, and the reason in our words."""
    try:
        parse_json(text)
    except InvalidPayload as error:
        return "line", error.violations[0].message
    if match := _MISSING.match(message):
        return match[1], "is missing"
    if match := _UNKNOWN.match(message):
        return match[1][:100], "is not a field of a trigger"
    if (match := _PLACE.search(message)) and match[1]:
        return match[1], _lower_first(message[: match.start()])
    return "line", "takes a JSON object"


def _lower_first(text: str) -> str:
    return text[0].lower() + text[1:]
