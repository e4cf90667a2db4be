"""Validators of jsonschema-rs, with the options of this server."""

from typing import Any

from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError

from bpmn_events.adapters.json_schema.graph.keywords import Schema
from bpmn_events.adapters.json_schema.refusal import SchemaRefusal, to_pointer

# More than any pattern needs within the limit on states.
_MAX_PATTERN_BYTES = 100_000_000


def compile_schema(schema: Schema) -> Draft202012Validator:
    """Return a validator that matches patterns in linear time and resolves references only within the schema.

    A model must not make the server fetch a URL or spend unbounded time.

    Raises:
        SchemaRefusal: The schema is invalid.
    """
    try:
        return Draft202012Validator(
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
