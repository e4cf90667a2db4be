"""The code blocks of the documentation pages: commands, and the responses below them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_BLOCK = re.compile(r"^```(\w+)(?: (\w+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_VARIABLE_PARTS = (
    (re.compile(r"\b(we|pi|tr|pm|co|ta)_[0-9a-f]{32}\b"), r"\1_…"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"), "…"),
)


@dataclass(frozen=True)
class Block:
    """A fenced code block. ``note`` is the word after the language, which readers of the page do not see."""

    language: str
    text: str
    note: str = ""


def read_blocks(page: Path) -> list[Block]:
    return [Block(language, text, note) for language, note, text in _BLOCK.findall(page.read_text("utf-8"))]


def read_commands(page: Path) -> list[tuple[str, str | None]]:
    """Return each ``sh`` block with the ``json`` or ``ndjson`` block directly after it, or with None.

    A block with the note ``stream`` is left out: its command does not end.
    """
    blocks = read_blocks(page)
    next_blocks = [*blocks[1:], Block("", "")]
    return [
        (block.text, following.text if following.language in ("json", "ndjson") else None)
        for block, following in zip(blocks, next_blocks, strict=True)
        if block.language == "sh" and block.note != "stream"
    ]


def load_masked(response: str) -> list[Any]:
    """Return the JSON values, one after another, with ids and instants masked, because they differ in every run."""
    rest, values = mask(response).strip(), []
    while rest:
        value, end = json.JSONDecoder().raw_decode(rest)
        values.append(value)
        rest = rest[end:].lstrip()
    return values


def mask(response: str) -> str:
    """Return the response with ids and instants masked."""
    for pattern, replacement in _VARIABLE_PARTS:
        response = pattern.sub(replacement, response)
    return response


def replace_addresses(command: str, addresses: Mapping[str, str]) -> str:
    for documented, actual in addresses.items():
        command = command.replace(documented, actual)
    return command
