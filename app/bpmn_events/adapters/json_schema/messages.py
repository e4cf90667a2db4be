"""The messages of violations, as the schema that was deployed causes them.

jsonschema-rs checks payloads against a rewritten schema, and its messages quote patterns and the schemas of `not`.
"""

import json
from collections.abc import Callable
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

from bpmn_events.adapters.json_schema.graph.keywords import Schema

_FALSE = "False schema does not allow "
_NOT = " is not allowed for "


class Messages:
    """The originals of what messages quote."""

    def __init__(self) -> None:
        self._patterns: dict[str, str] = {}
        self._in_parts: dict[str, str] = {}
        self._negated: dict[str, Schema] = {}

    def add_pattern(self, rewritten: str, pattern: str) -> None:
        self._patterns[rewritten] = pattern

    def add_parts(self, negated: Schema, pattern: str) -> None:
        """Let a violation of `not` with this schema be one of the pattern."""
        self._in_parts[_key(negated)] = pattern

    def add_negated(self, rewritten: Schema, schema: Schema) -> None:
        """Let messages show the schema where a `not` has the rewritten one."""
        self._negated[_key(rewritten)] = schema

    def restore(self, error: ValidationError) -> tuple[str, str]:
        """Return the keyword and the message of an error."""
        message = error.message
        match error.kind:
            case ValidationErrorKind.Pattern(rewritten) if rewritten in self._patterns:
                return "pattern", message.removesuffix(f'"{rewritten}"') + f'"{self._patterns[rewritten]}"'
            case ValidationErrorKind.Not(negated) if self._in_parts or self._negated:
                return self.negation(negated, message.removeprefix(quote(negated) + _NOT), quote)
        return error.kind.name, message

    def negation(self, rewritten: Any, value: str, quote: Callable[[Any], str]) -> tuple[str, str]:
        """Return the keyword and the message for a value, as it is quoted, that a `not` with the schema rejects."""
        key = _key(rewritten) if self._in_parts or self._negated else ""
        if key in self._in_parts:
            return "pattern", f'{value} does not match "{self._in_parts[key]}"'
        return "not", f"{quote(self._negated.get(key, rewritten))}{_NOT}{value}"


def quote(value: Any) -> str:
    """Return the value as messages of jsonschema-rs quote it."""
    (error,) = Draft202012Validator(False).iter_errors(value)
    return error.message.removeprefix(_FALSE)


def _key(schema: Any) -> str:
    return json.dumps(schema, sort_keys=True)
