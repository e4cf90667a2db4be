"""A parser of regular expressions in the dialect of ECMA-262, as far as the linear-time engine supports it."""

import re

from bpmn_events.adapters.json_schema.patterns.characters import (
    ANY,
    DIGIT,
    SPACE,
    WORD,
    CharacterSet,
    complement,
    single,
    union,
)
from bpmn_events.adapters.json_schema.patterns.syntax import (
    Assertion,
    Character,
    Choice,
    Repetition,
    Sequence,
    Syntax,
)

_MAX_DEPTH = 50
_BRACES = re.compile(r"\{(\d{1,9})(,?)(\d{0,9})\}")
_GROUP = re.compile(r"\?:|\?<[^=!>][^>]*>")
_HEXADECIMAL = re.compile(r"x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}")
_PROPERTY = re.compile(r"[pP]\{([^}]*)\}")
_CLASSES = {
    "d": DIGIT,
    "D": complement(DIGIT),
    "w": WORD,
    "W": complement(WORD),
    "s": SPACE,
    "S": complement(SPACE),
}
_CONTROLS = {"t": 0x09, "n": 0x0A, "v": 0x0B, "f": 0x0C, "r": 0x0D, "0": 0x00}


class UnknownSyntax(Exception):
    """The expression has a construct that this parser does not know, such as a lookahead or flags."""


def parse(pattern: str) -> Syntax:
    """Return the syntax tree.

    Raises:
        UnknownSyntax: The expression is invalid, or not supported here.
    """
    parser = _Parser(pattern)
    syntax = parser.choice(0)
    if not parser.is_at_end:
        raise UnknownSyntax
    return syntax


class _Parser:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._position = 0

    @property
    def is_at_end(self) -> bool:
        return self._position == len(self._pattern)

    def choice(self, depth: int) -> Syntax:
        if depth > _MAX_DEPTH:
            raise UnknownSyntax
        options = [self._sequence(depth)]
        while self._accept("|"):
            options.append(self._sequence(depth))
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self, depth: int) -> Syntax:
        parts: list[Syntax] = []
        while not self.is_at_end and self._peek() not in "|)":
            parts.append(self._quantified(self._atom(depth)))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _quantified(self, atom: Syntax) -> Syntax:
        limits = self._quantifier()
        if limits is None:
            return atom
        self._accept("?")
        if isinstance(atom, Assertion) or (limits[1] is not None and limits[0] > limits[1]):
            raise UnknownSyntax
        return Repetition(atom, *limits)

    def _quantifier(self) -> tuple[int, int | None] | None:
        for sign, limits in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._accept(sign):
                return limits
        braces = _BRACES.match(self._pattern, self._position)
        if braces is None:
            return None
        self._position = braces.end()
        least, comma, most = braces.groups()
        if not comma:
            return int(least), int(least)
        return int(least), int(most) if most else None

    def _atom(self, depth: int) -> Syntax:
        character = self._next()
        match character:
            case "(":
                return self._group(depth)
            case "[":
                return Character(self._class())
            case "\\":
                return self._escape()
            case "^":
                return Assertion(is_start=True)
            case "$":
                return Assertion(is_start=False)
            case ".":
                return Character(ANY)
            case "*" | "+" | "?":
                raise UnknownSyntax
        return Character(single(ord(character)))

    def _group(self, depth: int) -> Syntax:
        if self._peek() == "?":
            opening = _GROUP.match(self._pattern, self._position)
            if opening is None:
                raise UnknownSyntax
            self._position = opening.end()
        syntax = self.choice(depth + 1)
        if not self._accept(")"):
            raise UnknownSyntax
        return syntax

    def _escape(self) -> Syntax:
        if self._peek() in "bB":
            self._next()
            return Assertion(is_start=False)
        return Character(self._escaped_set())

    def _escaped_set(self) -> CharacterSet:
        """Return the set that an escape names, outside or inside of a class. The backslash is consumed."""
        if (found := _PROPERTY.match(self._pattern, self._position)) is not None:
            negated = self._next() == "P"
            self._position = found.end()
            return CharacterSet((), frozenset({found[1]}), negated)
        if (found := _HEXADECIMAL.match(self._pattern, self._position)) is not None:
            self._position = found.end()
            return single(int(found[1] or found[2] or found[3], 16))
        character = self._next()
        if character == "c":
            return single(ord(self._next()) % 32)
        if character in _CLASSES:
            return _CLASSES[character]
        if character.isalnum() and character not in _CONTROLS:
            raise UnknownSyntax
        return single(_CONTROLS.get(character, ord(character)))

    def _class(self) -> CharacterSet:
        negated = self._accept("^")
        sets: list[CharacterSet] = []
        while not self._accept("]"):
            item = self._class_item()
            if self._peek() == "-" and self._peek(1) != "]" and _is_single(item):
                self._next()
                item = _span(item, self._class_item())
            if item.properties and item.negated:
                raise UnknownSyntax
            sets.append(item)
        return union(sets, negated=negated)

    def _class_item(self) -> CharacterSet:
        character = self._next()
        if character != "\\":
            return single(ord(character))
        return self._escaped_set()

    def _peek(self, offset: int = 0) -> str:
        """Return the next character; a NUL at the end of the pattern."""
        position = self._position + offset
        return self._pattern[position] if position < len(self._pattern) else "\0"

    def _next(self) -> str:
        if self.is_at_end:
            raise UnknownSyntax
        self._position += 1
        return self._pattern[self._position - 1]

    def _accept(self, character: str) -> bool:
        if self.is_at_end or self._peek() != character:
            return False
        self._position += 1
        return True


def _is_single(characters: CharacterSet) -> bool:
    return len(characters.ranges) == 1 and characters.ranges[0][0] == characters.ranges[0][1]


def _span(first: CharacterSet, last: CharacterSet) -> CharacterSet:
    if not _is_single(last) or first.ranges[0][0] > last.ranges[0][0]:
        raise UnknownSyntax
    return CharacterSet(((first.ranges[0][0], last.ranges[0][0]),))
