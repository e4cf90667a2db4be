"""The instructions of a Dockerfile, as far as this project uses them (https://docs.docker.com/reference/dockerfile/)."""

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Instruction:
    """One instruction. ``options`` are its ``--name=value``, and ``text`` is the rest of the line."""

    name: str
    options: dict[str, str]
    text: str

    @property
    def words(self) -> list[str]:
        return shlex.split(self.text)

    @property
    def arguments(self) -> list[str]:
        """The arguments in the form of a JSON array."""
        arguments: list[str] = json.loads(self.text)
        return arguments


@dataclass
class Stage:
    """A stage with its instructions, without ``FROM``. ``base`` is the image that it begins with."""

    base: str
    name: str
    instructions: list[Instruction] = field(default_factory=list)

    def last(self, name: str) -> Any:
        """Return the last instruction of this name, which replaces earlier ones."""
        return [instruction for instruction in self.instructions if instruction.name == name][-1]


def read_stages(file: Path) -> list[Stage]:
    """Return the stages in their order. Arguments before the first stage are not supported in instructions."""
    text = re.sub(r"(?m)^\s*#.*\n", "", file.read_text("utf-8")).replace("\\\n", " ")
    stages: list[Stage] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        instruction = _parse(line)
        if instruction.name == "FROM":
            base, *alias = instruction.words
            stages.append(Stage(base, alias[1] if alias else ""))
        elif stages:
            stages[-1].instructions.append(instruction)
    return stages


def _parse(line: str) -> Instruction:
    name, _, rest = line.partition(" ")
    options = {}
    while match := re.match(r"\s*--([a-z-]+)=(\S+)\s+", rest):
        options[match[1]] = match[2]
        rest = rest[match.end() :]
    return Instruction(name.upper(), options, rest.strip())
