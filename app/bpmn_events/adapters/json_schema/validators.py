"""Validators of jsonschema-rs, with the options of this server."""

from typing import Any

from jsonschema_rs import RegexOptions, ValidationError, Validator

from bpmn_events.adapters.json_schema.graph.drafts import DRAFT_2020_12, Draft
from bpmn_events.adapters.json_schema.graph.keywords import Schema
from bpmn_events.adapters.json_schema.refusal import SchemaRefusal, to_pointer

# More than any pattern needs within the limit on states.
_MAX_PATTERN_BYTES = 100_000_000


def compile_schema(schema: Schema, draft: Draft = DRAFT_2020_12) -> Validator:
    """Return a validator by the draft.

    It matches patterns in linear time and resolves references only within the schema: a model must not make
    the server fetch a URL or spend unbounded time.

    Raises:
        SchemaRefusal: The schema is invalid.
    """
    try:
        return draft.validator(
            schema,
            validate_formats=True,
            pattern_options=RegexOptions(size_limit=_MAX_PATTERN_BYTES),
            retriever=_refuse_to_fetch,
        )
    except ValidationError as error:
        raise SchemaRefusal(error.message, to_pointer(error.instance_path)) from error
    except (ValueError, TypeError, RecursionError) as error:
        raise SchemaRefusal(str(error)) from error


def _refuse_to_fetch(uri: str) -> Any:
    raise ValueError(f"the reference {uri} leads outside the schema")
