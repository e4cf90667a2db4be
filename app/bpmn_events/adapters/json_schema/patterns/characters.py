"""Sets of characters, as a regular expression names them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

Range: TypeAlias = tuple[int, int]

LAST = 0x10FFFF
_ASCII = 0x7F
# The states that the byte automaton of a Unicode property needs in the regex engine, such as \p{L}.
_PROPERTY_STATES = 450
_PROPERTY_PREFIXES = 150
# Those of a range beyond ASCII, or of the complement of a set.
_RANGE_STATES = 12
# Those of a range beyond ASCII that a complement leaves out.
_GAP_STATES = 6


@dataclass(frozen=True, slots=True)
class CharacterSet:
    """A set of characters.

    Attributes:
        ranges: Inclusive ranges of code points.
        properties: Unicode properties, such as "L". Their members are not known here.
        absent: Unicode properties whose complements belong to the set.
        negated: True for the complement of all this.
    """

    ranges: tuple[Range, ...]
    properties: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    negated: bool = False

    def contains(self, code: int, has_property: Mapping[str, bool]) -> bool:
        """Return True if a character with these properties is in the set."""
        found = any(first <= code <= last for first, last in self.ranges)
        found = found or any(has_property[name] for name in self.properties)
        return self.negated != (found or not all(has_property[name] for name in self.absent))

    @property
    def named(self) -> frozenset[str]:
        """The properties on which the set depends."""
        return self.properties | self.absent

    @property
    def is_ascii(self) -> bool:
        return not self.negated and not self.named and all(last <= _ASCII for _, last in self.ranges)

    @property
    def byte_states(self) -> int:
        """The number of states of the automaton that reads one character of the set as UTF-8 bytes."""
        if self.is_ascii:
            return 1
        wide = sum(last > _ASCII for _, last in self.ranges)
        states = _RANGE_STATES + _GAP_STATES * wide if self.negated else _RANGE_STATES * wide
        return 1 + _PROPERTY_STATES * len(self.named) + states

    @property
    def byte_prefixes(self) -> int:
        """The number of beginnings of a character of several bytes that such an automaton distinguishes."""
        if self.is_ascii:
            return 0
        wide = sum(last > _ASCII for _, last in self.ranges) + self.negated
        return _PROPERTY_PREFIXES * len(self.named) + _RANGE_STATES * wide


def single(code: int) -> CharacterSet:
    """Return the set of one character."""
    return CharacterSet(((code, code),))


DIGIT = CharacterSet(((0x30, 0x39),))
WORD = CharacterSet(((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)))
# ECMA-262, sections 12.2 and 12.3.
SPACE = CharacterSet(
    (
        (0x09, 0x0D),
        (0x20, 0x20),
        (0xA0, 0xA0),
        (0x1680, 0x1680),
        (0x2000, 0x200A),
        (0x2028, 0x2029),
        (0x202F, 0x202F),
        (0x205F, 0x205F),
        (0x3000, 0x3000),
        (0xFEFF, 0xFEFF),
    )
)
# The dot matches everything but the line terminators (ECMA-262, sections 12.3 and 22.2.2.7).
ANY = CharacterSet(((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029)), negated=True)


def complement(characters: CharacterSet) -> CharacterSet:
    """Return the set of all other characters."""
    return replace(characters, negated=not characters.negated)


def union(sets: list[CharacterSet], *, negated: bool) -> CharacterSet:
    """Return the union, or its complement.

    The sets are ranges, complements of ranges, or sets with properties that are not negated.
    """
    ranges: list[Range] = []
    properties: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    for each in sets:
        properties |= each.properties
        absent |= each.absent
        ranges += gaps(each.ranges) if each.negated else each.ranges
    return CharacterSet(_merge(ranges), properties, absent, negated)


def _merge(ranges: list[Range]) -> tuple[Range, ...]:
    """Return the same characters in as few ranges as possible."""
    merged: list[Range] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return tuple(merged)


def gaps(ranges: tuple[Range, ...]) -> list[Range]:
    """Return the ranges between these ranges."""
    gaps: list[Range] = []
    start = 0
    for first, last in sorted(ranges):
        if first > start:
            gaps.append((start, first - 1))
        start = max(start, last + 1)
    return [*gaps, (start, LAST)] if start <= LAST else gaps
