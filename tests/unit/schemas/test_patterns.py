"""The cost of patterns: ordinary ones are accepted, those that could take long are refused or limit the payload."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator, RegexOptions

from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.adapters.json_schema.patterns.automaton import Automaton, Size, TooLarge, measure
from bpmn_events.adapters.json_schema.patterns.characters import CharacterSet, complement, union
from bpmn_events.adapters.json_schema.patterns.exploration import explore
from bpmn_events.adapters.json_schema.patterns.parser import InvalidPattern, parse
from bpmn_events.adapters.json_schema.patterns.pattern_costs import pattern_cost
from bpmn_events.adapters.json_schema.patterns.syntax import has_other_assertions, is_anchored
from bpmn_events.application.ports.deferral import Deferral
from tests.unit.schemas.shapes import items, many

# E-mail addresses, URLs, dates, telephone numbers and codes of all kinds, as people write them.
PATTERNS = Path(__file__).with_name("realistic_patterns.txt").read_text("utf-8").splitlines()


def test_there_are_many_realistic_patterns() -> None:
    assert len(set(PATTERNS)) >= 130


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_realistic_pattern_is_accepted(pattern: str) -> None:
    assert JsonSchemas().check_schema({"properties": {"a": {"pattern": pattern}}}) is None
    cost = pattern_cost(pattern)
    assert cost.byte <= 700
    assert cost.call <= 1_500


def test_most_realistic_patterns_do_not_limit_payloads() -> None:
    """Their deterministic automaton is small, so a text costs a few nanoseconds per byte, whatever it is."""
    cheap = [pattern for pattern in PATTERNS if pattern_cost(pattern).byte <= 4]
    assert len(cheap) >= len(PATTERNS) - 12


@pytest.mark.parametrize(
    "pattern",
    [
        r"(\w{1,50}){1,50}b",
        r"^(\w{1,50}\s?){1,50}$",
        r"^(a|b)*a(a|b){200}$",
        r"(a{1,100}){1,50}b",
        r"[a-z]{1,4000}x",
        r"^[a-z]{1,50000}x$",
        r"(x{0,30}y?){0,100}z",
        r"((a?){50}){50}b",
        r"^(a?){1000}a{1000}$",
        r"^(.{1,100},){1,50}$",
        r"^(\p{L}{1,20} ?){1,20}$",
        r"(.{1,20}a){20}",
        "|".join(f".{{0,{count}}}x" for count in range(1, 100)),
        "|".join(f"a{{0,{count}}}b" for count in range(1, 100)),
        "(" * 51 + "a{100}" + ")" * 51,
        r"(?i:a{1,100}){1,100}b",
        "a?" * 2_000 + "b",
        "x" * 5_001,
        r"\p{L}{200}\p{N}{100}",
    ],
)
def test_a_costly_pattern_is_refused_with_its_place(pattern: str) -> None:
    for schema, place in (
        ({"items": {"pattern": pattern}}, "/items/pattern"),
        ({"patternProperties": {pattern: {}}}, "/patternProperties/"),
        (
            {"$ref": "#/$defs/a", "$defs": {"a": {"propertyNames": {"pattern": pattern}}}},
            "/$defs/a/propertyNames/pattern",
        ),
    ):
        refusal = JsonSchemas().check_schema(schema)
        assert refusal is not None
        assert "pattern" in refusal
        assert f'at "{place}' in refusal or len(refusal) == 500


def test_a_refusal_names_the_remedy() -> None:
    refusal = JsonSchemas().check_schema({"pattern": r"([a-z]{1,50}){1,50}B"})
    assert refusal is not None
    assert refusal.startswith("the pattern ([a-z]{1,50}){1,50}B is too costly: ")
    assert "use minLength and maxLength instead of counts" in refusal


def test_many_large_patterns_are_refused_together() -> None:
    schema: Any = {"properties": {f"p{number}": {"pattern": rf"^\p{{L}}{{1,{number}}}$"} for number in range(50, 60)}}
    refusal = JsonSchemas().check_schema(schema)
    assert refusal is not None
    assert "the patterns have more than 100000 states" in refusal
    same: Any = {"properties": {f"p{number}": {"pattern": r"^\p{L}{1,100}$"} for number in range(50)}}
    assert JsonSchemas().check_schema(same) is None


def test_a_text_for_a_pattern_with_counts_is_not_checked_in_the_event_loop() -> None:
    schemas, schema, text = JsonSchemas(), items({"pattern": "^([^y]{1,4000}|y)$"}), "x" * 100
    with pytest.raises(Deferral):
        schemas.violations(schema, many(text))
    assert schemas.violations(schema, {"lines": [text] * 300}) == ()


# --- parser ---


@pytest.mark.parametrize(
    "pattern", [r"(?=a)b", r"(?!a)b", r"(?<=a)b", r"(?i)a", "a**", "(", ")", "[", "a{2,1}", "*", r"\y", "\\", "^*"]
)
def test_unknown_syntax_is_not_parsed(pattern: str) -> None:
    with pytest.raises(InvalidPattern):
        parse(pattern)


def test_unknown_syntax_costs_its_length_times_its_counts() -> None:
    assert pattern_cost("(?i)[a-z]+").byte < pattern_cost("(?i)[a-z]{9}").byte
    assert pattern_cost("(?i)(a{9}){9}").byte > 81 * 70


@pytest.mark.parametrize("pattern", PATTERNS)
def test_realistic_patterns_are_parsed(pattern: str) -> None:
    parse(pattern)


@pytest.mark.parametrize(
    ("pattern", "positions"),
    [
        ("", 0),
        ("abc", 3),
        ("a|b", 2),
        ("[abc]", 1),
        ("a{3}", 3),
        ("a{2,5}", 5),
        ("(ab){2,}", 4),
        ("a*", 1),
        ("^a$", 1),
        ("a{0}", 0),
    ],
)
def test_counted_repetitions_are_written_out(pattern: str, positions: int) -> None:
    assert measure(parse(pattern)).positions == positions


@pytest.mark.parametrize(
    ("pattern", "anchored", "other"),
    [
        ("^a", True, False),
        ("a$", False, True),
        ("^a|^b", True, False),
        ("^a|b", False, False),
        ("(^a)b", True, False),
        (r"\ba", False, True),
        ("(^a)?b", False, False),
        ("", False, False),
    ],
)
def test_anchors_are_found(pattern: str, anchored: bool, other: bool) -> None:
    syntax = parse(pattern)
    assert (is_anchored(syntax), has_other_assertions(syntax)) == (anchored, other)


@pytest.mark.parametrize(
    ("item", "inside", "outside"),
    [
        (r"\d", "09", "aé"), (r"\D", "aé", "5"), (r"\w", "aZ_9", "-é"), (r"\W", "-é", "a"),
        (r"\s", " \t\u3000", "a"),
        (r"\S", "aé", " "), (".", "aé", "\n"), ("[a-c]", "abc", "d"), ("[^a-c]", "dé", "b"), (r"[\d\-x]", "5-x", "y"),
        (r"[^\s;]", "a", " ;"), (r"\x41", "A", "B"), (r"\u00e9", "é", "e"), (r"\u{1F600}", "😀", "x"),
        (r"\cA", "\x01", "A"),
        (r"\n", "\n", "n"), (r"\.", ".", "a"), ("[a-]", "a-", "b"), (r"[\w-]", "a-", "é"), (r"[^\d]", "a", "1"),
        (r"[\s\S]", "a é\n", ""), ("[.]", ".", "a"),
    ],
)  # fmt: skip
def test_character_sets(item: str, inside: str, outside: str) -> None:
    (characters,) = Automaton(parse(item)).characters
    validator = Draft202012Validator({"pattern": f"^{item}$"}, pattern_options=RegexOptions())
    for text, expected in ((inside, True), (outside, False)):
        assert [characters.contains(ord(character), {}) for character in text] == [expected] * len(text)
        assert [validator.is_valid(character) for character in text] == [expected] * len(text)


def test_the_members_of_a_property_are_unknown() -> None:
    (letters,) = Automaton(parse(r"[\p{L}-]")).characters
    assert [letters.contains(ord("a"), {"L": truth}) for truth in (True, False)] == [True, False]
    assert letters.contains(ord("-"), {"L": False})
    assert complement(letters).contains(ord("a"), {"L": False})
    assert letters.byte_states > 100
    assert union([CharacterSet(((1, 5),)), CharacterSet(((4, 9),))], negated=False).ranges == ((1, 9),)


# --- automaton ---

TEXTS = st.text("ab", max_size=8)
EXPRESSIONS = st.recursive(
    st.sampled_from(["a", "b", "[ab]", ""]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda both: f"(?:{both[0]}|{both[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{0,2}", "{1,3}", "{2,}", "{0}"])).map(
            lambda both: f"(?:{both[0]}){both[1]}"
        ),
    ),
    max_leaves=6,
)


def matches(automaton: Automaton, text: str) -> bool:
    """Return True if the automaton accepts the whole text."""
    active, candidates = set(), set(automaton.first)
    for character in text:
        active = {position for position in candidates if automaton.characters[position].contains(ord(character), {})}
        candidates = {follower for position in active for follower in automaton.followers[position]}
    return bool(active & automaton.last) if text else automaton.is_optional


@settings(max_examples=500, deadline=None)
@given(EXPRESSIONS, TEXTS)
def test_the_automaton_accepts_what_the_expression_matches(pattern: str, text: str) -> None:
    automaton = Automaton(parse(pattern))
    assert matches(automaton, text) == (re.fullmatch(pattern, text) is not None)


@settings(max_examples=200, deadline=None)
@given(EXPRESSIONS, st.booleans(), TEXTS)
def test_the_width_is_the_most_positions_that_a_text_activates(pattern: str, anchored: bool, text: str) -> None:
    automaton = Automaton(parse(pattern))
    width = explore(automaton, is_anchored=anchored, ends_at_match=False).width
    active: set[int] = set()
    candidates = set(automaton.first)
    for character in text:
        active = {position for position in candidates if automaton.characters[position].contains(ord(character), {})}
        assert len(active) <= width
        candidates = {follower for position in active for follower in automaton.followers[position]}
        candidates |= set() if anchored else set(automaton.first)


@pytest.mark.parametrize(
    ("pattern", "width"),
    [
        ("^.{1,100}$", 1),
        ("^[a-z]{1,1000}={0,2}$", 1),
        ("^(ab){1,50}$", 1),
        ("a{5}", 5),
        ("^(a|b)*a(a|b){9}$", 11),
        ("^a*a*a*$", 3),
    ],
)
def test_the_width_of_some_expressions(pattern: str, width: int) -> None:
    syntax = parse(pattern)
    found = explore(Automaton(syntax), is_anchored=is_anchored(syntax), ends_at_match=not has_other_assertions(syntax))
    assert found.width == width


def test_a_search_ends_at_the_first_match() -> None:
    automaton = Automaton(parse("a{1,50}"))
    assert explore(automaton, is_anchored=False, ends_at_match=True).width == 1
    assert explore(automaton, is_anchored=False, ends_at_match=False).width == 50


@pytest.mark.parametrize(
    "pattern", ["a{5001}", "(a?){1000}(b?){1000}", r"^(a|b)*a(a|b){20}$", r"\p{L}\p{M}\p{N}\p{P}\p{S}"]
)
def test_an_automaton_that_is_too_large_is_not_built(pattern: str) -> None:
    with pytest.raises(TooLarge):
        explore(Automaton(parse(pattern)), is_anchored=True, ends_at_match=False)


def test_sizes() -> None:
    assert Size(1, 2, 3) + Size(1, 1, 1) == Size(2, 3, 4)
    assert Size(1, 2, 3).times(3) == Size(3, 6, 9)
