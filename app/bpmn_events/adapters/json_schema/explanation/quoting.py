"""Beginnings of large values, for messages that quote them."""

from collections.abc import Callable, Sequence
from heapq import nsmallest
from typing import Any

from bpmn_events.adapters.json_schema.costs.payload_size import to_json
from bpmn_events.adapters.json_schema.graph.keywords import Schema
from bpmn_events.adapters.json_schema.violations import MAX_MESSAGE


def clip(value: Any) -> Any:
    """Return a part of the value whose JSON text begins like that of the value, as far as a message shows it.

    The text has its members in the order of their names.
    """
    return _Clipping(MAX_MESSAGE + 100).clip(value)


def has_large_options(schema: Schema) -> bool:
    """Return True if the schema has constants that are longer than a message."""
    if isinstance(schema, bool):
        return False
    options = [schema[keyword] for keyword in ("const", "enum") if keyword in schema]
    return len(to_json(options)) > MAX_MESSAGE if options else False


def one_of(options: Sequence[Any], quote: Callable[[Any], str]) -> str:
    """Return the words in which jsonschema-rs lists the options of an `enum`."""
    match options:
        case [option]:
            return quote(option)
        case [option, other]:
            return f"{quote(option)} or {quote(other)}"
        case [option, other, last]:
            return f"{quote(option)}, {quote(other)} or {quote(last)}"
    option, other, *rest = options
    return f"{quote(option)}, {quote(other)} or {len(rest)} other candidates"


class _Clipping:
    def __init__(self, characters: int) -> None:
        self._left = characters

    def clip(self, value: Any) -> Any:
        if isinstance(value, dict):
            return self._clip_object(value)
        if isinstance(value, list):
            return self._clip_array(value)
        if isinstance(value, str):
            text = value[: max(self._left, 0) + 1]
            self._left -= len(text) + 2
            return text
        self._left -= 1
        return value

    def _clip_object(self, value: dict[str, Any]) -> dict[str, Any]:
        clipped = {}
        self._left -= 2
        for name in nsmallest(self._left + 1, value) if self._left > 0 else ():
            if self._left <= 0:
                break
            self._left -= len(name) + 3
            clipped[name] = self.clip(value[name])
        return clipped

    def _clip_array(self, value: list[Any]) -> list[Any]:
        clipped = []
        self._left -= 2
        for item in value:
            if self._left <= 0:
                break
            clipped.append(self.clip(item))
        return clipped
