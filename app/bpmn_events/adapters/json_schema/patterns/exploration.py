"""The positions that can be active at the same time, found by building the deterministic automaton.

The engine prefers one way to match to another, so the order of the active positions belongs to a state.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from bpmn_events.adapters.json_schema.patterns.automaton import Automaton, TooLarge
from bpmn_events.adapters.json_schema.patterns.characters import LAST, CharacterSet

State: TypeAlias = tuple[int, ...]

_MAX_STATES = 5_000
_MAX_WORK = 300_000
_MAX_PROPERTIES = 4


@dataclass(frozen=True, slots=True)
class Exploration:
    """The deterministic automaton of an expression.

    Attributes:
        width: The most positions that are active at the same time.
        byte_states: The number of states that it has if it reads UTF-8 bytes.
    """

    width: int
    byte_states: int


def explore(automaton: Automaton, *, is_anchored: bool, ends_at_match: bool) -> Exploration:
    """Return the size of the deterministic automaton.

    Args:
        automaton: The position automaton.
        is_anchored: True if a match can begin only at the start of the text.
        ends_at_match: True if the search ends at the first match, because no assertion can reject it.

    Raises:
        TooLarge: It has too many states.
    """
    return _Search(automaton, is_anchored, ends_at_match).run()


class _Search:
    def __init__(self, automaton: Automaton, is_anchored: bool, ends_at_match: bool) -> None:
        self._automaton = automaton
        self._is_anchored = is_anchored
        self._ends_at_match = ends_at_match
        sets = list(dict.fromkeys(automaton.characters))
        numbers = {characters: number for number, characters in enumerate(sets)}
        self._sets = sets
        self._set_of = [numbers[characters] for characters in automaton.characters]
        self._symbols = list(dict.fromkeys(_symbols(sets)))
        self._work = 0
        self._byte_states = 0

    def run(self) -> Exploration:
        known: set[State] = set()
        new: list[State] = []
        if not (self._automaton.is_optional and self._ends_at_match):
            new += self._step(self._automaton.first)
        width = 1
        while new:
            state = new.pop()
            if state in known:
                continue
            known.add(state)
            width = max(width, len(state))
            if len(known) > _MAX_STATES:
                raise TooLarge
            if not (self._ends_at_match and not self._automaton.last.isdisjoint(state)):
                new += self._step(self._candidates(state))
        return Exploration(width, self._byte_states)

    def _candidates(self, state: State) -> Iterable[int]:
        """Return the positions that may be active after the next character."""
        candidates: dict[int, None] = {}
        for position in state:
            candidates |= self._automaton.followers[position]
            self._spend(len(self._automaton.followers[position]))
        return candidates if self._is_anchored else candidates | dict.fromkeys(self._automaton.first)

    def _step(self, candidates: Iterable[int]) -> set[State]:
        """Return the states after each possible character."""
        listed = [(position, self._set_of[position]) for position in candidates]
        present = frozenset(number for _, number in listed)
        self._byte_states += 1 + sum(self._sets[number].byte_prefixes for number in present)
        states = set()
        for symbol in {present & symbol for symbol in self._symbols}:
            self._spend(1 + len(listed))
            states.add(tuple(position for position, number in listed if number in symbol))
        return states - {()}

    def _spend(self, work: int) -> None:
        self._work += work
        if self._work > _MAX_WORK:
            raise TooLarge


def _symbols(sets: list[CharacterSet]) -> Iterator[frozenset[int]]:
    """Yield the numbers of the sets that contain a character, for each kind of character.

    The members of a property are not known, so a character may have any of them.

    Raises:
        TooLarge: There are many properties.
    """
    properties = sorted(set().union(*(each.named for each in sets)))
    if len(properties) > _MAX_PROPERTIES:
        raise TooLarge
    bounds = {0} | {bound for each in sets for first, last in each.ranges for bound in (first, last + 1)}
    for code in bounds:
        for truths in product((False, True), repeat=len(properties)) if code <= LAST else ():
            has_property = dict(zip(properties, truths, strict=True))
            yield frozenset(number for number, each in enumerate(sets) if each.contains(code, has_property))
