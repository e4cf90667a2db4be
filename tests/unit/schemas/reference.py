"""The violations that jsonschema-rs reports, without any limit."""

from typing import Any

from jsonschema_rs import RegexOptions

from bpmn_events.adapters.json_schema.graph.drafts import DRAFT_2020_12, Draft
from bpmn_events.adapters.json_schema.messages import Messages
from bpmn_events.adapters.json_schema.violations import to_violation
from bpmn_events.domain.errors import PayloadViolation


def all_violations(schema: Any, payload: Any, draft: Draft = DRAFT_2020_12) -> list[PayloadViolation]:
    validator = draft.validator(schema, validate_formats=True, pattern_options=RegexOptions())
    return [to_violation(error, Messages()) for error in validator.iter_errors(payload)]
