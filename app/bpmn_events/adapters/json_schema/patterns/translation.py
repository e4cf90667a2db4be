r"""The translation of ECMA-262 expressions into the dialect of the linear-time engine, Rust's crate `regex`.

The two differ in what `.`, `\s`, `\b` and others match, in escapes and in the syntax of classes.
"""

import re
from functools import lru_cache

from bpmn_events.adapters.json_schema.patterns.characters import LAST, CharacterSet, Range, gaps
from bpmn_events.adapters.json_schema.patterns.parser import parse
from bpmn_events.adapters.json_schema.patterns.properties import translate_property
from bpmn_events.adapters.json_schema.patterns.syntax import (
    Assertion,
    Character,
    Choice,
    Repetition,
    Sequence,
    Syntax,
)

# Constructs with the same meaning in both dialects, as jsonschema-rs passes them on.
_ESCAPED = r"\\[dw.\-/*+?()\[\]{}|^$\\tnrfv]"
_SAME = re.compile(
    rf"""(?:
        [^\\.\[\](){{}}*+?|^$]              # a character
        | {_ESCAPED}
        | \((?:\?:|(?!\?)) | \) | \| | \^ | \$
        | [*+?]\?? | \{{[0-9]+(?:,[0-9]*)?\}}\??
        | \[\^?-?(?:[A-Za-z0-9]-[A-Za-z0-9](?!-)|[A-Za-z0-9_ @.,:;/%#!<>=+*?$'"()|{{}}](?!-(?!\]))
            | {_ESCAPED}(?!-(?!\])))+-?\]   # a class
    )*""",
    re.VERBOSE,
)
_PLAIN = re.compile(r"[A-Za-z0-9_ ]")
_ASSERTIONS = {
    Assertion.START: "^",
    Assertion.END: "$",
    Assertion.BOUNDARY: r"(?-u:\b)",
    Assertion.NO_BOUNDARY: r"(?-u:\B)",
}
_NOTHING = rf"[^\x00-\u{{{LAST:x}}}]"
_SURROGATES = (0xD800, 0xDFFF)


@lru_cache(1024)
def translate(pattern: str) -> str:
    """Return an expression of the engine that matches the same texts. Most are the same in both dialects.

    Raises:
        InvalidPattern: The expression is invalid, or has a construct that is not supported.
    """
    syntax = parse(pattern)
    return pattern if _SAME.fullmatch(pattern) else _render(syntax)


def is_ecma(translated: str) -> bool:
    """Return True if the expression of the engine is one of ECMA-262, too, whether or not with the same meaning."""
    return not any(boundary in translated for boundary in (r"(?-u:\b)", r"(?-u:\B)"))


def _render(syntax: Syntax) -> str:
    match syntax:
        case Character(characters):
            return _render_set(characters)
        case Sequence(parts):
            return "".join(f"(?:{_render(part)})" if isinstance(part, Choice) else _render(part) for part in parts)
        case Choice(options):
            return "|".join(map(_render, options))
        case Repetition(body, least, most):
            inner = _render(body)
            inner = inner if isinstance(body, Character) else f"(?:{inner})"
            return inner + _render_counts(least, most)
        case Assertion():
            return _ASSERTIONS[syntax]


def _render_counts(least: int, most: int | None) -> str:
    if most is None and least < 2:
        return "+" if least else "*"
    return f"{{{least},{'' if most is None else most}}}"


def _render_set(characters: CharacterSet) -> str:
    ranges = _without_surrogates(characters.ranges)
    if not characters.named:
        ranges = _without_surrogates(tuple(gaps(tuple(ranges)))) if characters.negated else ranges
        if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
            return _render_code(ranges[0][0])
        return f"[{_render_ranges(ranges)}]" if ranges else _NOTHING
    names = [rf"\p{{{translate_property(name)}}}" for name in sorted(characters.properties)]
    names += [rf"\P{{{translate_property(name)}}}" for name in sorted(characters.absent)]
    return f"[{'^' if characters.negated else ''}{_render_ranges(ranges)}{''.join(names)}]"


def _render_ranges(ranges: list[Range]) -> str:
    return "".join(
        _render_code(first) if first == last else f"{_render_code(first)}-{_render_code(last)}"
        for first, last in ranges
    )


def _render_code(code: int) -> str:
    """Return a character, or an escape that ECMA-262 has, too: metaschemas check the syntax of patterns."""
    if _PLAIN.fullmatch(chr(code)):
        return chr(code)
    if code <= 0xFF:
        return rf"\x{code:02x}"
    return rf"\u{code:04x}" if code <= 0xFFFF else rf"\u{{{code:x}}}"


def _without_surrogates(ranges: tuple[Range, ...]) -> list[Range]:
    """Return the ranges without halves of surrogate pairs, which no text of a payload has."""
    first_half, last_half = _SURROGATES
    below = [(first, min(last, first_half - 1)) for first, last in ranges]
    above = [(max(first, last_half + 1), last) for first, last in ranges]
    return sorted((first, last) for first, last in (*below, *above) if first <= last)
