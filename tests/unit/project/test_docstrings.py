"""Docstrings name things and state return values, like those of Starlette, svcs and procrastinate.

These libraries use words such as "what" less than once in a thousand words of their docstrings, and "return" five to
ten times. A docstring that often uses such words does not name the objects that it describes.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).parents[3] / "app" / "bpmn_events"
RIDDLES = frozenset({"what", "whatever", "who", "whoever"})
RETURNS = frozenset({"return", "returns"})


def docstring_words(source: str) -> Iterator[str]:
    """Yield the words of all docstrings of a module, in lower case."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield from re.findall(r"[a-z']+", (ast.get_docstring(node) or "").lower())


def share(counts: Counter[str], words: frozenset[str]) -> float:
    """Return the number of these words per thousand words."""
    return 1000 * sum(counts[word] for word in words) / counts.total()


@pytest.fixture(scope="module")
def counts() -> Counter[str]:
    return Counter(word for file in APP.rglob("*.py") for word in docstring_words(file.read_text("utf-8")))


def test_docstrings_name_things(counts: Counter[str]) -> None:
    assert share(counts, RIDDLES) <= 2


def test_docstrings_state_return_values(counts: Counter[str]) -> None:
    assert share(counts, RETURNS) >= 5


def test_words_of_every_docstring_count() -> None:
    source = '''"""What."""
class A:
    """Who returns."""
    def b(self):
        """Return it."""
        "not what"
'''
    assert Counter(docstring_words(source)) == Counter(["what", "who", "returns", "return", "it"])
