"""The order in which jsonschema-rs checks the keywords of a schema.

It compares the items of an array with each other before it checks each item. Comparing fractions is slow, so a payload
could replace the short texts that a schema expects by numbers. Keywords inside of `allOf` come last.
"""

from collections.abc import Mapping
from typing import Any

from bpmn_events.adapters.json_schema.graph.nodes import SchemaGraph


def compares_items(graph: SchemaGraph) -> bool:
    """Return True if a schema has conditions for items and compares them with each other."""
    return any(isinstance(node.schema, dict) and compares_checked_items(node.schema) for node in graph.nodes)


def compares_checked_items(schema: Mapping[str, Any]) -> bool:
    """Return True if this schema has conditions for items and compares them with each other."""
    return schema.get("uniqueItems") is True and "items" in schema


def check_items_first(graph: SchemaGraph) -> None:
    """Change the schemas of the graph such that items are checked before they are compared with each other."""
    for node in graph.nodes:
        if isinstance(node.schema, dict) and isinstance(node.written, dict) and compares_checked_items(node.schema):
            compare_items_last(node.written)


def compare_items_last(schema: dict[str, Any]) -> None:
    """Change the schema such that it compares items after everything else."""
    if schema.pop("uniqueItems", False) is True:
        schema["allOf"] = [*schema.get("allOf", ()), {"uniqueItems": True}]
