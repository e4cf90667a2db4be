"""The position automaton of a regular expression (Glushkov 1961).

Its positions are the characters of the expression, with counted repetitions written out. After each character of a
text, a set of positions is active. An engine that runs in linear time either keeps this set, which costs its size for
each character, or builds the deterministic automaton, whose states are the sets that occur.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from bpmn_events.adapters.json_schema.patterns.characters import CharacterSet
from bpmn_events.adapters.json_schema.patterns.syntax import Assertion, Character, Choice, Repetition, Sequence, Syntax

MAX_POSITIONS = 5_000
MAX_FOLLOWERS = 100_000


class TooLarge(Exception):
    """The automaton has too many positions or transitions to be built."""


@dataclass(frozen=True, slots=True)
class Size:
    """The size of an expression with its counted repetitions written out.

    Attributes:
        positions: The number of characters.
        byte_states: The number of states of an automaton that reads UTF-8 bytes, as the regex engine compiles it.
        options: The number of options in all choices.
    """

    positions: int = 0
    byte_states: int = 0
    options: int = 0

    def __add__(self, other: "Size") -> "Size":
        return Size(
            self.positions + other.positions, self.byte_states + other.byte_states, self.options + other.options
        )

    def times(self, count: int) -> "Size":
        return Size(self.positions * count, self.byte_states * count, self.options * count)


def measure(syntax: Syntax) -> Size:
    """Return the size of the expression without building its automaton."""
    match syntax:
        case Character(characters):
            return Size(1, characters.byte_states)
        case Sequence(parts):
            return sum(map(measure, parts), Size())
        case Choice(options):
            return sum(map(measure, options), Size(options=len(options)))
        case Repetition(body, least, most):
            return measure(body).times(copies(least, most))
    return Size()


def copies(least: int, most: int | None) -> int:
    """Return how often a repeated part is written out."""
    return max(least, 1) if most is None else most


@dataclass(frozen=True, slots=True)
class _Fragment:
    first: tuple[int, ...]
    last: tuple[int, ...]
    is_optional: bool


class Automaton:
    """The positions of an expression with their sets of characters, and the positions that may follow each.

    Attributes:
        characters: The set of characters of each position.
        followers: The positions that may follow each position, in the order in which the engine prefers them.
        first: The positions at which a match can begin, in this order.
        last: The positions at which a match can end.
        is_optional: True if the empty text matches.

    Raises:
        TooLarge: It would have too many positions or transitions.
    """

    def __init__(self, syntax: Syntax) -> None:
        if measure(syntax).positions > MAX_POSITIONS:
            raise TooLarge
        self.characters: list[CharacterSet] = []
        self.followers: list[dict[int, None]] = []
        self._follower_count = 0
        whole = self._build(syntax)
        self.first = whole.first
        self.last = frozenset(whole.last)
        self.is_optional = whole.is_optional

    def _build(self, syntax: Syntax) -> _Fragment:
        match syntax:
            case Character(characters):
                self.characters.append(characters)
                self.followers.append({})
                position = (len(self.characters) - 1,)
                return _Fragment(position, position, is_optional=False)
            case Sequence(parts):
                return self._chain(map(self._build, parts))
            case Choice(options):
                return _join([self._build(option) for option in options])
            case Repetition():
                return self._build_repetition(syntax)
            case Assertion():
                return _Fragment((), (), is_optional=True)

    def _chain(self, parts: Iterable[_Fragment]) -> _Fragment:
        """Return the parts in a row. Optional parts can be left out."""
        whole = _Fragment((), (), is_optional=True)
        for part in parts:
            self._link(whole, part)
            whole = _Fragment(
                whole.first + part.first if whole.is_optional else whole.first,
                whole.last + part.last if part.is_optional else part.last,
                whole.is_optional and part.is_optional,
            )
        return whole

    def _build_repetition(self, repetition: Repetition) -> _Fragment:
        bodies = [self._build(repetition.body) for _ in range(copies(repetition.least, repetition.most))]
        if bodies and bodies[0].is_optional:
            whole = self._chain(bodies)
            if repetition.most is None:
                self._link(whole, bodies[-1])
            return whole
        return self._repeat(bodies, repetition)

    def _repeat(self, bodies: list[_Fragment], repetition: Repetition) -> _Fragment:
        """Return the copies of a part that is not optional: x{1,3} is x(x(x)?)?."""
        if not bodies:
            return _Fragment((), (), is_optional=True)
        for body, follower in pairwise(bodies):
            self._link(body, follower)
        if repetition.most is None:
            self._link(bodies[-1], bodies[-1])
        required = max(repetition.least, 1) - 1
        last = tuple(position for body in bodies[required:] for position in body.last)
        return _Fragment(bodies[0].first, last, is_optional=repetition.least == 0)

    def _link(self, before: _Fragment, after: _Fragment) -> None:
        self._follower_count += len(before.last) * len(after.first)
        if self._follower_count > MAX_FOLLOWERS:
            raise TooLarge
        for position in before.last:
            self.followers[position].update(dict.fromkeys(after.first))


def _join(options: list[_Fragment]) -> _Fragment:
    return _Fragment(
        tuple(position for option in options for position in option.first),
        tuple(position for option in options for position in option.last),
        any(option.is_optional for option in options),
    )
