"""A schema change that breaks clients of the last release is announced in the changelog, or it is refused.

``released.graphql`` is the schema of the last release; ``make release-schema`` writes it as part of making one.
"""

import re
from pathlib import Path

import pytest
from graphql import (
    BreakingChange,
    DangerousChange,
    DangerousChangeType,
    build_schema,
    find_breaking_changes,
    find_dangerous_changes,
)

from tests.clients.tools import ROOT

RELEASED = Path(__file__).with_name("released.graphql")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
# Harmless to a client that ignores what it does not know; one that handles every member or value does break.
EXHAUSTIVE = {DangerousChangeType.TYPE_ADDED_TO_UNION, DangerousChangeType.VALUE_ADDED_TO_ENUM}


def unannounced(released: str, current: str, changelog: str) -> list[str]:
    """What breaks clients from the one schema to the other, without the changelog's next version saying so."""
    before, after = build_schema(released), build_schema(current)
    changes: list[BreakingChange | DangerousChange] = [
        *find_breaking_changes(before, after),
        *(each for each in find_dangerous_changes(before, after) if each.type in EXHAUSTIVE),
    ]
    announced = _plain(changelog.partition("## [Unreleased]")[2].partition("\n## ")[0])
    return [change.description for change in changes if _plain(change.description) not in announced]


def _plain(text: str) -> str:
    return " ".join(text.replace("`", "").split())


def test_clients_of_the_last_release_are_not_broken_unannounced() -> None:
    if not re.search(r"^## \[\d", CHANGELOG, re.MULTILINE):
        assert not RELEASED.exists(), "CHANGELOG.md has no release whose schema that could be"
        return
    assert RELEASED.exists(), "a version was released: run `make release-schema` and commit it"
    breaking = unannounced(RELEASED.read_text("utf-8"), (ROOT / "schema.graphql").read_text("utf-8"), CHANGELOG)
    assert breaking == [], "Take these back, or add each to CHANGELOG.md under [Unreleased], word for word"


BEFORE = """
type Query { waits(first: Int): Answer!, old: String }
type Event { id: ID!, kind: Kind! }
type Refusal { code: String! }
enum Kind { MESSAGE SIGNAL }
union Answer = Event | Refusal
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (", old: String", "", "Field Query.old was removed."),
        ("first: Int", "first: Int, key: ID!", "A required argument Query.waits(key:) was added."),
        ("first: Int", "first: String", "Argument Query.waits(first:) has changed type from Int to String."),
        ("kind: Kind!", "kind: Kind", "Field Event.kind changed type from Kind! to Kind."),
        ("SIGNAL", "", "Enum value Kind.SIGNAL was removed."),
        ("SIGNAL", "SIGNAL TIMER", "Enum value Kind.TIMER was added."),
        ("Event | Refusal", "Event", "Refusal was removed from union type Answer."),
        ("Event | Refusal", "Event | Refusal | Query", "Query was added to union type Answer."),
    ],
)
def test_a_breaking_change_must_be_announced(old: str, new: str, said: str) -> None:
    after = BEFORE.replace(old, new)
    earlier = f"## [1.0.0]\n\n- {said}\n"
    assert said in unannounced(BEFORE, after, f"## [Unreleased]\n\n{earlier}")
    announced = said.replace("Query.old", "`Query.old`").replace(" was ", "\n  was ")
    assert said not in unannounced(BEFORE, after, f"## [Unreleased]\n\n### Changed\n\n- {announced}\n\n{earlier}")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("old: String", "old: String, new: Int!"),
        ("old: String", "old: String!"),
        ("first: Int", "first: Int, after: String"),
        ("enum", "type More { id: ID! } enum"),
    ],
)
def test_what_only_adds_breaks_nobody(old: str, new: str) -> None:
    assert unannounced(BEFORE, BEFORE.replace(old, new), "## [Unreleased]\n") == []
