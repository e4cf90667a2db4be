"""The violations that jsonschema-rs reports, without any limit."""

from typing import Any

from jsonschema_rs import Draft202012Validator, RegexOptions

from bpmn_events.adapters.json_schema.messages import Messages
from bpmn_events.adapters.json_schema.violations import to_violation
from bpmn_events.domain.errors import PayloadViolation


def all_violations(schema: Any, payload: Any) -> list[PayloadViolation]:
    validator = Draft202012Validator(schema, validate_formats=True, pattern_options=RegexOptions())
    return [to_violation(error, Messages()) for error in validator.iter_errors(payload)]
