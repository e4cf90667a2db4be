"""Patterns match what the regular expressions of ECMA-262 with the flag `u` match: Node.js is asked."""

import json
import subprocess
from pathlib import Path

import pytest

from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.adapters.json_schema.graph.drafts import DRAFT_7, DRAFT_2020_12, Draft
from tests.support.programs import require_program

PATTERNS: list[str] = json.loads(Path(__file__).with_name("ecma_patterns.json").read_text("utf-8"))
_OTHERS = (
    "\x7f\x85\xa0é\u0130\u017f\u0301λΩЖ中٣½²€∑\u1680\u180e\u2000\u200b\u2028\u2029\u202f\u205f\u3000\ufeff\ufffd"
    "😀😂🇩\U0001d49c"
)
_WORDS = "aa aaa ab ba a1 1a éa aé aéa a-b a😀 x#a abc [a foo.bar"
TEXTS = [
    *map(chr, range(0x7F)),
    *_OTHERS,
    *_WORDS.split(" "),
    *("", "a\n", "\na", "a\nb", "a b"),
    *("a" * 65, "a" * 66, "a" * 99, "a" * 100, "a" * 101, "é" * 100, "a" * 99 + "\n"),
]
# Valid expressions with constructs that cannot be matched in linear time, or that few write.
UNSUPPORTED = {
    "(?=a)b": "lookaheads are supported only directly after `^`",
    "a(?=b)": "lookaheads are supported only directly after `^`",
    "^(?=a)a|b": "lookaheads are supported only directly after `^`",
    "^(?=(?!a))": "lookaheads are supported only directly after `^`",
    "(?<=a)b": "lookbehinds are not supported",
    "(?<!a)b": "lookbehinds are not supported",
    r"(a)\1": "backreferences are not supported",
    r"(?<n>a)\k<n>": "backreferences are not supported",
}
# Spellings that the flag makes invalid, although they have one meaning without it. Many files have them.
LENIENT = [r"^\-$", r"^\_$", r"^\@$", r"^\ $", r"^\:$", r"^[\w-.]$", r"^[.-\d]$", "]", "^}$", "a{", "^a{,3}$", "^{$"]
_SCRIPT = """
const [patterns, texts, flags] = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const match = pattern => {
  try { const regExp = new RegExp(pattern, flags); return texts.map(text => regExp.test(text)) } catch { return null }
};
process.stdout.write(JSON.stringify(patterns.map(match)));
"""


def of_node(patterns: list[str], flags: str) -> list[list[bool] | None]:
    """Return for each pattern which texts match; None if it is invalid."""
    node = require_program("node")
    given = json.dumps([patterns, TEXTS, flags])
    found = subprocess.run([node, "-e", _SCRIPT], input=given, capture_output=True, text=True, check=True, timeout=60)
    matches: list[list[bool] | None] = json.loads(found.stdout)
    return matches


def find_matches(pattern: str, draft: Draft = DRAFT_2020_12) -> list[bool] | str:
    """Return which texts match, or the reason why the pattern is refused."""
    schemas, schema = JsonSchemas(), {"$schema": draft.uri, "properties": {"text": {"pattern": pattern}}}
    refusal = schemas.check_schema(schema)
    return refusal or [not schemas.violations(schema, {"text": text}) for text in TEXTS]


@pytest.mark.parametrize("pattern", LENIENT)
def test_spellings_without_the_flag_have_their_meaning(pattern: str) -> None:
    assert of_node([pattern], "u") == [None]
    assert of_node([pattern], "") == [find_matches(pattern)]


@pytest.mark.parametrize("draft", [DRAFT_7, DRAFT_2020_12], ids=lambda draft: draft.name)
def test_patterns_match_the_same_texts(draft: Draft) -> None:
    for pattern, matches in zip(PATTERNS, of_node(PATTERNS, "u"), strict=True):
        found = find_matches(pattern, draft)
        if pattern in UNSUPPORTED:
            assert UNSUPPORTED[pattern] in found, pattern
        elif matches is None:
            assert f"the pattern {pattern} is not supported: " in found, (pattern, found)
        else:
            assert found == matches, (pattern, [t for t, a, b in zip(TEXTS, found, matches, strict=True) if a != b])
