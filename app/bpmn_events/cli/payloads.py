"""Payloads from a command-line option, and example payloads from a JSON Schema."""

from typing import Any

from bpmn_events.application.json_text import parse_json


def payload_argument(text: str | None) -> Any:
    """Return the payload in the option ``--payload``, or None without the option.

    Raises:
        InvalidPayload: The text is not JSON.
    """
    return None if text is None else parse_json(text)


def example_payload(schema: Any) -> Any:
    """Return the schema's own example, or else a small value of its type with all required members.

    The value satisfies simple schemas only. The caller has to validate it.
    """
    if not isinstance(schema, dict):
        return {}
    for keyword in ("examples", "enum"):
        if schema.get(keyword):
            return schema[keyword][0]
    if "const" in schema:
        return schema["const"]
    return _value_of_type(schema)


def _value_of_type(schema: dict[str, Any]) -> Any:
    match schema.get("type", "object"):
        case "object":
            properties = schema.get("properties", {})
            return {name: example_payload(properties.get(name, {})) for name in schema.get("required", [])}
        case "array":
            return [example_payload(schema.get("items", {}))] * schema.get("minItems", 0)
        case "string":
            return "example".ljust(schema.get("minLength", 0), ".")[: schema.get("maxLength")]
        case "integer" | "number":
            above = schema.get("exclusiveMinimum")
            return schema.get("minimum", 1) if above is None else above + 1
        case "boolean":
            return True
        case _:
            return None
