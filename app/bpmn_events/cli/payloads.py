"""A payload that a JSON Schema accepts, made up from what the schema says. Good for simple schemas; try it first."""

from typing import Any


def example_payload(schema: Any) -> Any:
    """The schema's own example where it has one, else a small value of its type with all required members."""
    if not isinstance(schema, dict):
        return {}
    for keyword in ("examples", "enum"):
        if schema.get(keyword):
            return schema[keyword][0]
    if "const" in schema:
        return schema["const"]
    return _of_type(schema)


def _of_type(schema: dict[str, Any]) -> Any:
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
