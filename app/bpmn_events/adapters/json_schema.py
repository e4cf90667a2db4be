"""JSON Schema 2020-12 with jsonschema-rs."""

from collections import OrderedDict
from typing import Any

from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError, ValidationErrorKind

from bpmn_events.domain.errors import PayloadViolation
from bpmn_events.domain.events import JsonObject
from bpmn_events.domain.payload import pointer

MAX_VIOLATIONS = 100
_MAX_MESSAGE = 500
_CAPACITY = 1024


class JsonSchemas:
    """A checker of JSON Schemas and payloads. Implements ``ports.payload_schemas.PayloadSchemas``.

    It caches the validators that were used last, by identity of the schema object: the schemas of a model version never
    change.
    """

    def __init__(self, capacity: int = _CAPACITY) -> None:
        self._capacity = capacity
        self._validators: OrderedDict[int, tuple[JsonObject | bool, Draft202012Validator]] = OrderedDict()

    def check_schema(self, schema: JsonObject | bool) -> str | None:
        try:
            _compile(schema)
        except ValidationError as error:
            return _truncate(error.message)
        except (ValueError, TypeError, RecursionError) as error:
            return _truncate(str(error))
        return None

    def violations(self, schema: JsonObject | bool, payload: JsonObject) -> tuple[PayloadViolation, ...]:
        errors = self._cached_validator(schema).iter_errors(payload)
        return tuple(_to_violation(error) for error, _ in zip(errors, range(MAX_VIOLATIONS), strict=False))

    def _cached_validator(self, schema: JsonObject | bool) -> Draft202012Validator:
        entry = self._validators.get(id(schema))
        if entry is None or entry[0] is not schema:
            # The entry keeps the schema alive, so that no other object can get its id.
            entry = self._validators[id(schema)] = (schema, _compile(schema))
            while len(self._validators) > self._capacity:
                self._validators.popitem(last=False)
        return entry[1]


def _compile(schema: JsonObject | bool) -> Draft202012Validator:
    """Return a validator that matches patterns in linear time and resolves references only within the schema.

    A model must not make the server fetch a URL or spend unbounded time.
    """
    return Draft202012Validator(
        schema, validate_formats=True, pattern_options=RegexOptions(), retriever=_refuse_to_fetch
    )


def _refuse_to_fetch(uri: str) -> Any:
    raise ValueError(f"the reference {uri} leads outside the schema")


def _to_violation(error: ValidationError) -> PayloadViolation:
    path = ""
    for member in error.instance_path:
        path = pointer(path, member)
    return PayloadViolation(path, _keyword(error.kind), _truncate(error.message))


def _keyword(kind: ValidationErrorKind) -> str:
    return kind.name


def _truncate(message: str) -> str:
    """Return the message with a limited length: it quotes the invalid value, which may be as large as the payload."""
    return message if len(message) <= _MAX_MESSAGE else message[: _MAX_MESSAGE - 1] + "…"
