"""The keys of the file of a hook. docs/hooks.md describes them."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, ValidationInfo

from bpmn_events.application.hooks.delivery import HookText
from bpmn_events.application.hooks.expressions import ExpressionFailed, HookExpression
from bpmn_events.application.hooks.signature import SignatureEncoding, SignatureMethod
from bpmn_events.application.hooks.timestamps import TimestampUnit
from bpmn_events.domain.ids import MAX_LENGTH, is_valid_id
from bpmn_events.domain.principal import SYSTEM, Permission
from bpmn_events.settings.hooks.contradictions import HEADER_NAME
from bpmn_events.settings.hooks.secrets import HookSecret
from bpmn_events.settings.hooks.sources import HookSources

_MARK = "="
_MAX_SECRETS = 4


def _compile_expression(value: Any, info: ValidationInfo) -> HookExpression:
    text = _check_string(value)
    if not text.startswith(_MARK):
        raise ValueError(f'is an expression, which begins with "{_MARK}", such as "{_MARK}body.id"')
    sources = info.context
    assert isinstance(sources, HookSources)
    try:
        return sources.compile(text)
    except ExpressionFailed as error:
        raise ValueError(str(error)) from None


def _compile_text(value: Any, info: ValidationInfo) -> HookText:
    text = _check_string(value)
    return _compile_expression(text, info) if text.startswith(_MARK) else _check_id(text)


def _check_string(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("input should be a valid string")
    return value


def _check_id(text: str) -> str:
    if not is_valid_id(text):
        raise ValueError(f"takes 1 to {MAX_LENGTH} characters, none of them a control character")
    return text


def _check_header(text: str) -> str:
    if not HEADER_NAME.fullmatch(text):
        raise ValueError("is no name of a header")
    return text


def _check_permission(text: str) -> str:
    if text not in list(Permission):
        raise ValueError(f"there is no permission {text!r}, but there are {', '.join(Permission)}")
    return text


_HeaderName = Annotated[str, AfterValidator(_check_header)]
_Expression: TypeAlias = Annotated[HookExpression, PlainValidator(_compile_expression)]
_Text: TypeAlias = Annotated[HookText, PlainValidator(_compile_text)]
_Id = Annotated[str, AfterValidator(_check_id)]
_PermissionName = Annotated[str, AfterValidator(_check_permission)]


def _check_subject(text: str) -> str:
    if text == SYSTEM.subject:
        raise ValueError(f"{text!r} is the name of the server")
    return _check_id(text)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TimestampTable(_Table):
    """Where the timestamp is: in its own header, or in the part of the signature's header with the prefix."""

    header: _HeaderName | None = None
    prefix: str | None = None
    unit: TimestampUnit = "seconds"


class SignatureTable(_Table):
    """How deliveries are signed."""

    header: _HeaderName
    prefix: str = ""
    separator: str = ""
    method: SignatureMethod = "hmac-sha256"
    encoding: SignatureEncoding = "hex"
    signed: str = "{body}"
    timestamp: TimestampTable | None = None
    tolerance_seconds: int = Field(300, ge=1)
    secrets: list[HookSecret] = Field(min_length=1, max_length=_MAX_SECRETS)


class CallerTable(_Table):
    """The caller in whose name the hook acts."""

    subject: Annotated[str, AfterValidator(_check_subject)]
    permissions: list[_PermissionName] = [Permission.EVENTS_TRIGGER.value]
    lanes: list[_Id] = []


class NamedTable(_Table):
    """A message or signal."""

    name: _Text
    process_model: _Text | None = None
    correlation: _Expression | None = None
    payload: _Expression | None = None


class EventTable(_Table):
    """One waiting event."""

    process_model: _Text
    correlation: _Expression
    event: _Text
    payload: _Expression | None = None


class DeliveryTable(_Table):
    """The deliveries that count, their ids, the challenges, and the status if nobody waits."""

    id: _Expression
    when: _Expression | None = None
    challenge: _Expression | None = None
    nobody_waits: Literal[202, 404] = 202


class BodyTable(_Table):
    """How the body is read."""

    json_field: str | None = None


class HookFile(_Table):
    """The content of the file of a hook."""

    description: str = ""
    signature: SignatureTable
    caller: CallerTable
    delivery: DeliveryTable
    body: BodyTable = BodyTable()
    message: NamedTable | None = None
    signal: NamedTable | None = None
    event: EventTable | None = None
