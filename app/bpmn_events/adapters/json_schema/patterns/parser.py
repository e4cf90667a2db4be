r"""A parser of regular expressions in the dialect of ECMA-262 with the flag `u`, as far as linear time allows.

JSON Schema 2020-12, section 6.4, names this dialect; earlier drafts name ECMA-262 without flags. Where the flag makes a
spelling invalid that has one meaning without it (annex B.1.2), such as `\-` and `[\w-.]`, it keeps this meaning.
"""

import re
from typing import NamedTuple

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
_BRACES = re.compile(r"\{([0-9]{1,9})(,?)([0-9]{0,9})\}")
_LONG_BRACES = re.compile(r"\{[0-9]+(,[0-9]*)?\}")
_GROUP_NAME = re.compile(r"\?<([^=!>][^>]*)>")
UNSUPPORTED_LOOKAHEAD = "lookaheads are supported only directly after `^` at the start of the whole pattern"
_REFUSED_GROUPS = {
    "?=": UNSUPPORTED_LOOKAHEAD,
    "?!": UNSUPPORTED_LOOKAHEAD,
    "?<=": "lookbehinds are not supported",
    "?<!": "lookbehinds are not supported",
}
_HEXADECIMAL = re.compile(r"x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]+)\}")
_TRAIL = re.compile(r"\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_PROPERTY = re.compile(r"[pP]\{([A-Za-z0-9_=]+)\}")
_CLASSES = {
    "d": DIGIT,
    "D": complement(DIGIT),
    "w": WORD,
    "W": complement(WORD),
    "s": SPACE,
    "S": complement(SPACE),
}
_CONTROLS = {"t": 0x09, "n": 0x0A, "v": 0x0B, "f": 0x0C, "r": 0x0D}
_LAST_CODE = 0x10FFFF


class InvalidPattern(Exception):
    """The expression is invalid, or has a construct that is not supported, such as a lookahead.

    The message is the reason.
    """


def parse(pattern: str) -> Syntax:
    """Return the syntax tree.

    Raises:
        InvalidPattern: The expression is invalid, or not supported here.
    """
    parser = _Parser(pattern)
    syntax = parser.choice(0)
    if not parser.is_at_end:
        raise InvalidPattern("a group is closed that was not opened")
    return syntax


class Lookahead(NamedTuple):
    """A lookahead: the pattern inside, and whether it must match or must not match."""

    pattern: str
    is_required: bool


def parse_lookaheads(pattern: str) -> tuple[list[Lookahead], str]:
    """Return the lookaheads that follow `^` at the start of the pattern, and the pattern without them.

    Raises:
        InvalidPattern: A lookahead is invalid, or not supported here.
    """
    return _Parser(pattern).lookaheads()


class _Parser:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._position = 0
        self._names: set[str] = set()

    @property
    def is_at_end(self) -> bool:
        return self._position == len(self._pattern)

    def lookaheads(self) -> tuple[list[Lookahead], str]:
        found: list[Lookahead] = []
        if not self._accept("^"):
            return found, self._pattern
        while self._begins("(?=") or self._begins("(?!"):
            is_required = self._peek(2) == "="
            self._position += 3
            start = self._position
            self.choice(1)
            found.append(Lookahead(self._pattern[start : self._position], is_required))
            if not self._accept(")"):
                raise InvalidPattern("a group is not closed")
        return found, f"^{self._pattern[self._position :]}"

    def choice(self, depth: int) -> Syntax:
        if depth > _MAX_DEPTH:
            raise InvalidPattern(f"groups are nested more than {_MAX_DEPTH} deep")
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
        if isinstance(atom, Assertion):
            raise InvalidPattern(f"`{atom.value}` cannot be repeated")
        if limits[1] is not None and limits[0] > limits[1]:
            raise InvalidPattern("the counts of a repetition are out of order")
        return Repetition(atom, *limits)

    def _quantifier(self) -> tuple[int, int | None] | None:
        for sign, limits in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._accept(sign):
                return limits
        braces = _BRACES.match(self._pattern, self._position)
        if braces is None:
            if _LONG_BRACES.match(self._pattern, self._position):
                raise InvalidPattern("counts of more than 9 digits are not supported")
            return None
        self._position = braces.end()
        least, comma, most = braces.groups()
        if not comma:
            return int(least), int(least)
        return int(least), int(most) if most else None

    def _atom(self, depth: int) -> Syntax:
        if _BRACES.match(self._pattern, self._position):
            raise InvalidPattern("there is nothing to repeat")
        character = self._next()
        match character:
            case "(":
                return self._group(depth)
            case "[":
                return Character(self._class())
            case "\\":
                return self._escape()
            case "^":
                return Assertion.START
            case "$":
                return Assertion.END
            case ".":
                return Character(ANY)
            case "*" | "+" | "?":
                raise InvalidPattern("there is nothing to repeat")
        return Character(single(ord(character)))

    def _group(self, depth: int) -> Syntax:
        if self._peek() == "?":
            self._open_group()
        syntax = self.choice(depth + 1)
        if not self._accept(")"):
            raise InvalidPattern("a group is not closed")
        return syntax

    def _open_group(self) -> None:
        """Consume what follows the parenthesis of a group that begins with `?`."""
        if self._pattern.startswith("?:", self._position):
            self._position += 2
        elif (found := _GROUP_NAME.match(self._pattern, self._position)) is not None:
            name = found[1]
            if not name.replace("$", "_").isidentifier() or name in self._names:
                raise InvalidPattern(f"the name of the group {name!r} is no identifier, or not the only one")
            self._names.add(name)
            self._position = found.end()
        else:
            reasons = (reason for sign, reason in _REFUSED_GROUPS.items() if self._begins(sign))
            raise InvalidPattern(next(reasons, "a group begins with `(?` in a way that is not supported"))

    def _begins(self, text: str) -> bool:
        return self._pattern.startswith(text, self._position)

    def _escape(self) -> Syntax:
        if self._accept("b"):
            return Assertion.BOUNDARY
        if self._accept("B"):
            return Assertion.NO_BOUNDARY
        if self._begins("k<") or (self._peek().isdecimal() and self._peek() != "0"):
            raise InvalidPattern("backreferences are not supported")
        return Character(self._escaped_set())

    def _escaped_set(self) -> CharacterSet:
        """Return the set that an escape names, outside or inside of a class. The backslash is consumed."""
        if (found := _PROPERTY.match(self._pattern, self._position)) is not None:
            is_absent = self._next() == "P"
            self._position = found.end()
            names = frozenset({found[1]})
            return CharacterSet((), absent=names) if is_absent else CharacterSet((), names)
        if (found := _HEXADECIMAL.match(self._pattern, self._position)) is not None:
            self._position = found.end()
            return single(self._join_surrogates(found))
        return self._escaped_character()

    def _join_surrogates(self, found: re.Match[str]) -> int:
        code = int(found[1] or found[2] or found[3], 16)
        if code > _LAST_CODE:
            raise InvalidPattern(f"`\\{found[0]}` is no character")
        if found[2] and 0xD800 <= code <= 0xDBFF:
            trail = _TRAIL.match(self._pattern, self._position)
            if trail is not None:
                self._position = trail.end()
                return 0x10000 + ((code - 0xD800) << 10) + int(trail[1], 16) - 0xDC00
        return code

    def _escaped_character(self) -> CharacterSet:
        character = self._next()
        if character == "c" and self._peek().isascii() and self._peek().isalpha():
            return single(ord(self._next()) % 32)
        if character in _CLASSES:
            return _CLASSES[character]
        if character in _CONTROLS:
            return single(_CONTROLS[character])
        if character == "0" and not self._peek().isdigit():
            return single(0)
        if character.isalnum():
            raise InvalidPattern(f"`\\{character}` has no meaning in ECMA-262")
        return single(ord(character))

    def _class(self) -> CharacterSet:
        negated = self._accept("^")
        sets: list[CharacterSet] = []
        while not self._accept("]"):
            item = self._class_item()
            if self._peek() == "-" and self._peek(1) not in ("]", ""):
                self._next()
                sets += _span(item, self._class_item())
            else:
                sets.append(item)
        return union(sets, negated=negated)

    def _class_item(self) -> CharacterSet:
        if self.is_at_end:
            raise InvalidPattern("a class is not closed")
        character = self._next()
        if character != "\\":
            return single(ord(character))
        return single(0x08) if self._accept("b") else self._escaped_set()

    def _peek(self, offset: int = 0) -> str:
        """Return the next character; an empty text at the end of the pattern."""
        position = self._position + offset
        return self._pattern[position] if position < len(self._pattern) else ""

    def _next(self) -> str:
        if self.is_at_end:
            raise InvalidPattern("it ends within an escape")
        self._position += 1
        return self._pattern[self._position - 1]

    def _accept(self, character: str) -> bool:
        if self._peek() != character:
            return False
        self._position += 1
        return True


def _span(first: CharacterSet, last: CharacterSet) -> list[CharacterSet]:
    r"""Return the range from one character to another. Next to a set such as `\w`, the hyphen is a character."""
    if first.named or last.named:
        raise InvalidPattern("a Unicode property is no end of a range")
    if not (_is_single(first) and _is_single(last)):
        return [first, single(ord("-")), last]
    if first.ranges[0][0] > last.ranges[0][0]:
        raise InvalidPattern("the ends of a range are out of order")
    return [CharacterSet(((first.ranges[0][0], last.ranges[0][0]),))]


def _is_single(characters: CharacterSet) -> bool:
    return len(characters.ranges) == 1 and characters.ranges[0][0] == characters.ranges[0][1]
