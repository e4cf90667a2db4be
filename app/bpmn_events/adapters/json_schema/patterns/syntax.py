"""The syntax tree of a regular expression. Groups leave no trace, because a check of a payload captures nothing."""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from bpmn_events.adapters.json_schema.patterns.characters import CharacterSet


@dataclass(frozen=True, slots=True)
class Character:
    """One character of a set."""

    characters: CharacterSet


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts, one after the other."""

    parts: "tuple[Syntax, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several options."""

    options: "tuple[Syntax, ...]"


@dataclass(frozen=True, slots=True)
class Repetition:
    """A part that is repeated. ``most`` is None if there is no limit."""

    body: "Syntax"
    least: int
    most: int | None


class Assertion(Enum):
    """A condition on the position."""

    START = "^"
    END = "$"
    BOUNDARY = r"\b"
    NO_BOUNDARY = r"\B"

    @property
    def is_start(self) -> bool:
        return self is Assertion.START


Syntax: TypeAlias = Character | Sequence | Choice | Repetition | Assertion


def is_anchored(syntax: Syntax) -> bool:
    """Return True if a match can begin only at the start of the text."""
    match syntax:
        case Assertion():
            return syntax.is_start
        case Sequence(parts):
            return bool(parts) and is_anchored(parts[0])
        case Choice(options):
            return all(map(is_anchored, options))
        case Repetition(body, least):
            return least > 0 and is_anchored(body)
    return False


def has_other_assertions(syntax: Syntax) -> bool:
    """Return True if a condition on the position may decide whether a found match counts, such as `$`."""
    match syntax:
        case Assertion():
            return not syntax.is_start
        case Sequence(members) | Choice(members):
            return any(map(has_other_assertions, members))
        case Repetition(body):
            return has_other_assertions(body)
    return False
