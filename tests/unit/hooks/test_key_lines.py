"""The lines of keys in TOML files of every form."""

import pytest

from bpmn_events.settings.hooks.key_lines import KeyLines, KeyPath

TEXT = '''\
# a comment
a = 1
b.c = 2 # b.d = 3

"quoted key" = """
a = 5
[a]
"""

[t]
x = [
  # first
  { y = 1 },

  { y = 2, z = [1,
    2] },
  [3, 4]
]
inline = { u = { v = 1 } }
\t[ t . "sub" ]
  k = 'v'
[[list]]
n = 1
[list.inner]
m = 1
[[list]]
n = 2
[[list.deep]]
o = 1
[[list.deep]]
o = 2
'''
LINES: dict[KeyPath, int] = {
    ("a",): 2,
    ("b",): 3,
    ("b", "c"): 3,
    ("quoted key",): 5,
    ("t",): 10,
    ("t", "x"): 11,
    ("t", "x", 0): 13,
    ("t", "x", 0, "y"): 13,
    ("t", "x", 1): 16,
    ("t", "x", 1, "z"): 16,
    ("t", "x", 2, 1): 17,
    ("t", "inline", "u", "v"): 19,
    ("t", "sub"): 20,
    ("t", "sub", "k"): 21,
    ("list", 0, "n"): 23,
    ("list", 0, "inner"): 24,
    ("list", 0, "inner", "m"): 25,
    ("list", 1): 26,
    ("list", 1, "n"): 27,
    ("list", 1, "deep", 0, "o"): 29,
    ("list", 1, "deep", 1): 30,
    ("list", 1, "deep", 1, "o"): 31,
}


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_lines(line_end: str) -> None:
    lines = KeyLines(TEXT.replace("\n", line_end))
    assert {path: lines.find(path) for path in LINES} == LINES


def test_a_long_array() -> None:
    """An attempt to parse the array after each of its lines would take minutes."""
    lines = KeyLines("a = [\n" + "1,\n" * 5_000 + "]\nb = 1\n")
    assert [lines.find(path) for path in (("a", 4_000), ("b",))] == [1, 5_003]


def test_a_missing_key_has_the_line_of_its_table() -> None:
    lines = KeyLines(TEXT)
    assert [lines.find(path) for path in ((), ("none",), ("t", "none"), ("t", "x", 0, "none", 3))] == [1, 1, 10, 13]
