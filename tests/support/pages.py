"""What a page of the documentation shows: commands, and the answers below them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_BLOCK = re.compile(r"^```(\w+)(?: (\w+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_CHANGING = (
    (re.compile(r"\b(we|pi|tr|pm|co|ta)_[0-9a-f]{32}\b"), r"\1_…"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"), "…"),
)


@dataclass(frozen=True)
class Block:
    """A fenced block, such as ``sh`` or ``json``; ``note`` is a word beside that, which is not shown."""

    language: str
    text: str
    note: str = ""


def blocks(page: Path) -> list[Block]:
    return [Block(language, text, note) for language, note, text in _BLOCK.findall(page.read_text("utf-8"))]


def answered_commands(page: Path) -> list[tuple[str, str | None]]:
    """Each ``sh`` block, with the ``json`` block directly after it if there is one."""
    found = blocks(page)
    following = [*found[1:], Block("", "")]
    return [
        (block.text, after.text if after.language == "json" else None)
        for block, after in zip(found, following, strict=True)
        if block.language == "sh"
    ]


def without_what_changes(answer: str) -> Any:
    """The JSON value with ids and instants masked: they are others each time."""
    for pattern, masked in _CHANGING:
        answer = pattern.sub(masked, answer)
    return json.loads(answer)


def with_address(command: str, addresses: Mapping[str, str]) -> str:
    for written, real in addresses.items():
        command = command.replace(written, real)
    return command
