"""docs/security.md cites only tests that exist, and a test for each guard."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
CITATIONS = sorted(set(re.findall(r"`(tests/[^`]+)`", PAGE)))
TABLES_WITH_TESTS = ("Boundaries", "OWASP API Security Top 10", "OWASP GraphQL Cheat Sheet")


def section(title: str) -> str:
    """Return the text below the heading, up to the next one of its level."""
    [text] = re.findall(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    return str(text)


def rows(text: str) -> list[str]:
    """Return the rows of all tables, without their heads."""
    lines = text.splitlines()
    heads = {at - 1 for at, line in enumerate(lines) if line.startswith("|---")}
    return [line for at, line in enumerate(lines) if re.match(r"\|(?!---)", line) and at not in heads]


def missing(citation: str) -> str | None:
    """Return what the citation names and does not exist, or None."""
    path, _, test = citation.partition("::")
    if not (ROOT / path).exists():
        return path
    if test and not re.search(rf"^\s*(?:async )?def {test}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE):
        return citation
    return None


def test_every_cited_test_exists() -> None:
    assert len(CITATIONS) > 50
    assert [citation for citation in CITATIONS if missing(citation)] == []


@pytest.mark.parametrize("title", TABLES_WITH_TESTS)
def test_every_row_has_a_test(title: str) -> None:
    found = rows(section(title))
    assert len(found) >= 10
    assert [row for row in found if "`tests/" not in row] == []


def test_every_boundary_has_a_table() -> None:
    _, *boundaries = re.split(r"^### ", section("Boundaries"), flags=re.MULTILINE)
    assert len(boundaries) >= 10
    assert [text.splitlines()[0] for text in boundaries if not rows(text)] == []


def test_every_risk_of_the_top_10_has_a_row() -> None:
    found = re.findall(r"^\| (API\d+) ", section("OWASP API Security Top 10"), re.MULTILINE)
    assert found == [f"API{number}" for number in range(1, 11)]


def test_a_citation_of_something_else_is_noticed() -> None:
    here = Path(__file__).relative_to(ROOT).as_posix()
    assert missing(f"{here}::test_every_row_has_a_test") is None
    assert missing(f"{here}::test_every_row") == f"{here}::test_every_row"
    assert missing("tests/nothing.py") == "tests/nothing.py"
