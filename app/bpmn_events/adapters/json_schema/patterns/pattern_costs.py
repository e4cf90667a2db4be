"""The cost of a regular expression, from above.

jsonschema-rs uses an engine whose time is linear in the text. The factor depends on the expression: it is about a
nanosecond per byte if the deterministic automaton is small, and otherwise proportional to the positions that can be
active at the same time. The pattern `([a-z]{1,50}){1,50}X` has 2,500 of them, and takes half a minute for a text of
250 kB.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from math import prod

from bpmn_events.adapters.json_schema.patterns.automaton import Automaton, Size, TooLarge, measure
from bpmn_events.adapters.json_schema.patterns.exploration import explore
from bpmn_events.adapters.json_schema.patterns.parser import InvalidPattern, parse
from bpmn_events.adapters.json_schema.patterns.syntax import Syntax, has_other_assertions, is_anchored

# Nanoseconds, rounded up from measurements with texts that keep many positions active.
_CALL = 120.0
_OPTION = 4.0
_DETERMINISTIC_BYTE = 4.0
_POSITION_BYTE = 70.0
_STATE_CALL = 0.02
_STATE_BYTE = 0.012

# The engine keeps this many states of a deterministic automaton without building them again and again.
_MAX_DETERMINISTIC_STATES = 3_000
_COUNT = re.compile(r"\d{1,9}")


@dataclass(frozen=True, slots=True)
class PatternCost:
    """The cost of an expression.

    Attributes:
        call: Nanoseconds for each text.
        byte: Nanoseconds for each byte of a text.
        states: The states of the compiled automaton. Compiling takes about a microsecond for each.
    """

    call: float
    byte: float
    states: int


@lru_cache(1024)
def pattern_cost(pattern: str) -> PatternCost:
    """Return the cost of the expression. An unknown construct counts as if everything in it were active."""
    try:
        syntax = parse(pattern)
    except InvalidPattern:
        return _general_cost(_unknown_size(pattern))
    size = measure(syntax)
    try:
        return _explored_cost(syntax, size)
    except TooLarge:
        return _general_cost(size)


def _explored_cost(syntax: Syntax, size: Size) -> PatternCost:
    exploration = explore(
        Automaton(syntax), is_anchored=is_anchored(syntax), ends_at_match=not has_other_assertions(syntax)
    )
    if max(exploration.byte_states, size.byte_states) > _MAX_DETERMINISTIC_STATES:
        return _general_cost(size, exploration.width)
    return PatternCost(_call(size), _DETERMINISTIC_BYTE, size.byte_states)


def _general_cost(size: Size, width: int | None = None) -> PatternCost:
    active = size.positions if width is None else width
    return PatternCost(_call(size), _POSITION_BYTE * (active + 1) + _STATE_BYTE * size.byte_states, size.byte_states)


def _call(size: Size) -> float:
    return _CALL + _OPTION * size.options + _STATE_CALL * size.byte_states


def _unknown_size(pattern: str) -> Size:
    """Return an upper bound: all counts of the expression multiply its length."""
    positions = len(pattern) * prod(max(1, int(count)) for count in _COUNT.findall(pattern))
    return Size(positions, positions * (1_000 if re.search(r"\\[pP]", pattern) else 12), len(pattern))
