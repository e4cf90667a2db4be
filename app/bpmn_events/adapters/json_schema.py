"""JSON Schema 2020-12, checked by jsonschema-rs."""

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
    """Keeps the validators used last. A schema is known by its object: those of one model version never change."""

    def __init__(self, capacity: int = _CAPACITY) -> None:
        self._capacity = capacity
        self._validators: OrderedDict[int, tuple[JsonObject | bool, Draft202012Validator]] = OrderedDict()

    def check_schema(self, schema: JsonObject | bool) -> str | None:
        try:
            _validator(schema)
        except ValidationError as error:
            return _short(error.message)
        except (ValueError, TypeError, RecursionError) as error:
            return _short(str(error))
        return None

    def violations(self, schema: JsonObject | bool, payload: JsonObject) -> tuple[PayloadViolation, ...]:
        errors = self._cached(schema).iter_errors(payload)
        return tuple(_violation(error) for error, _ in zip(errors, range(MAX_VIOLATIONS), strict=False))

    def _cached(self, schema: JsonObject | bool) -> Draft202012Validator:
        entry = self._validators.get(id(schema))
        if entry is None or entry[0] is not schema:
            # The schema is kept beside its validator: its id cannot pass to another object while it is here.
            entry = self._validators[id(schema)] = (schema, _validator(schema))
            while len(self._validators) > self._capacity:
                self._validators.popitem(last=False)
        return entry[1]


def _validator(schema: JsonObject | bool) -> Draft202012Validator:
    """Patterns run in linear time, and references lead nowhere outside the schema: a model must not make us fetch."""
    return Draft202012Validator(
        schema, validate_formats=True, pattern_options=RegexOptions(), retriever=_refuse_to_fetch
    )


def _refuse_to_fetch(uri: str) -> Any:
    raise ValueError(f"the reference {uri} leads outside the schema")


def _violation(error: ValidationError) -> PayloadViolation:
    path = ""
    for member in error.instance_path:
        path = pointer(path, member)
    return PayloadViolation(path, _keyword(error.kind), _short(error.message))


def _keyword(kind: ValidationErrorKind) -> str:
    return kind.name


def _short(message: str) -> str:
    """A message quotes the value it complains about, which may be as large as the payload."""
    return message if len(message) <= _MAX_MESSAGE else message[: _MAX_MESSAGE - 1] + "…"
