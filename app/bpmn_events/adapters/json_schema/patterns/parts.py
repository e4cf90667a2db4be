"""Patterns that are checked in parts, because the engine cannot match them at once, or only with many states.

- `^(?=.*[0-9])(?!.*x).+$`: lookaheads at the start of the text hold at the same place as the rest of the pattern. So
  they are patterns of their own, and no state has to be remembered.
- `^[a-z]{1,10000}$`: the number of characters is the length of the text, and the engine would have a state for each.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bpmn_events.adapters.json_schema.patterns.automaton import copies
from bpmn_events.adapters.json_schema.patterns.parser import (
    UNSUPPORTED_LOOKAHEAD,
    InvalidPattern,
    parse,
    parse_lookaheads,
)
from bpmn_events.adapters.json_schema.patterns.syntax import (
    Assertion,
    Character,
    Choice,
    Repetition,
    Sequence,
    Syntax,
)

# Fewer copies of a character are written out: one pattern takes less time than a pattern and two limits.
_FEW_COPIES = 64


@dataclass(frozen=True, slots=True)
class Parts:
    """A pattern in parts.

    Attributes:
        required: The patterns that a text must match.
        forbidden: The patterns that it must not match.
        least: The least number of characters.
        most: The greatest number of characters; None without a limit.
    """

    required: tuple[str, ...]
    forbidden: tuple[str, ...] = ()
    least: int = 0
    most: int | None = None

    @property
    def is_whole(self) -> bool:
        """True if the pattern is its only part."""
        return len(self.required) == 1 and not self.forbidden and not self.least and self.most is None

    @property
    def patterns(self) -> tuple[str, ...]:
        return (*self.required, *self.forbidden)

    @property
    def has_lookaheads(self) -> bool:
        return bool(self.forbidden) or len(self.required) > 1

    def as_schema(self) -> dict[str, Any]:
        """Return a schema that accepts the same texts, in keywords of every draft."""
        schemas: list[dict[str, Any]] = [{"pattern": pattern} for pattern in self.required]
        schemas += [{"not": {"type": "string", "pattern": pattern}} for pattern in self.forbidden]
        if self.least:
            schemas.append({"minLength": self.least})
        if self.most is not None:
            schemas.append({"maxLength": self.most})
        return {"allOf": schemas}


@lru_cache(1024)
def split(pattern: str) -> Parts:
    """Return the parts of a pattern.

    Raises:
        InvalidPattern: The expression is invalid, or has a construct that is not supported.
    """
    lookaheads, rest = parse_lookaheads(pattern)
    if lookaheads and isinstance(parse(rest), Choice):
        raise InvalidPattern(UNSUPPORTED_LOOKAHEAD)
    required = tuple(f"^(?:{each.pattern})" for each in lookaheads if each.is_required)
    forbidden = tuple(f"^(?:{each.pattern})" for each in lookaheads if not each.is_required)
    whole = _split_length(rest)
    return Parts((*required, *whole.required), forbidden, whole.least, whole.most)


def _split_length(pattern: str) -> Parts:
    match parse(pattern):
        case Sequence((Assertion.START, Repetition(Character() as body, least, most), Assertion.END)) if (
            copies(least, most) > _FEW_COPIES
        ):
            unlimited = f"{pattern[: pattern.rindex('{')]}*$"
            # Not so if the count is inside of a group, as in `^(a{1,100})$`.
            if _parses_to(unlimited, Sequence((Assertion.START, Repetition(body, 0, None), Assertion.END))):
                return Parts((unlimited,), (), least, most)
    return Parts((pattern,))


def _parses_to(pattern: str, syntax: Syntax) -> bool:
    try:
        return parse(pattern) == syntax
    except InvalidPattern:
        return False
