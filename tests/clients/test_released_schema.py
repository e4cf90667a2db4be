"""The changelog announces every schema change that breaks clients of the last release.

``released.graphql`` is the schema of the last release. ``make release-schema`` writes it as a step of a release.
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

from tests.clients.commands import ROOT

RELEASED = Path(__file__).with_name("released.graphql")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
# A client that ignores unknown members and values still works. A client that handles every one of them breaks.
BREAKS_EXHAUSTIVE_CLIENTS = {DangerousChangeType.TYPE_ADDED_TO_UNION, DangerousChangeType.VALUE_ADDED_TO_ENUM}


def unannounced_changes(released: str, current: str, changelog: str) -> list[str]:
    """Return the breaking changes between the schemas that the changelog does not list under [Unreleased]."""
    before, after = build_schema(released), build_schema(current)
    changes: list[BreakingChange | DangerousChange] = [
        *find_breaking_changes(before, after),
        *(change for change in find_dangerous_changes(before, after) if change.type in BREAKS_EXHAUSTIVE_CLIENTS),
    ]
    announced = _plain(changelog.partition("## [Unreleased]")[2].partition("\n## ")[0])
    return [change.description for change in changes if _plain(change.description) not in announced]


def _plain(text: str) -> str:
    return " ".join(text.replace("`", "").split())


def test_breaking_changes_since_the_last_release_are_announced() -> None:
    if not re.search(r"^## \[\d", CHANGELOG, re.MULTILINE):
        assert not RELEASED.exists(), "CHANGELOG.md has no release, so there is no released schema"
        return
    assert RELEASED.exists(), "CHANGELOG.md has a release: run `make release-schema` and commit the file"
    breaking = unannounced_changes(RELEASED.read_text("utf-8"), (ROOT / "schema.graphql").read_text("utf-8"), CHANGELOG)
    assert breaking == [], "Revert these changes, or add each line to CHANGELOG.md under [Unreleased], word for word"


BEFORE = """
type Query { events(first: Int): Result!, old: String }
type Event { id: ID!, kind: Kind! }
type Failure { code: String! }
enum Kind { MESSAGE SIGNAL }
union Result = Event | Failure
"""


@pytest.mark.parametrize(
    ("old", "new", "description"),
    [
        (", old: String", "", "Field Query.old was removed."),
        ("first: Int", "first: Int, key: ID!", "A required argument Query.events(key:) was added."),
        ("first: Int", "first: String", "Argument Query.events(first:) has changed type from Int to String."),
        ("kind: Kind!", "kind: Kind", "Field Event.kind changed type from Kind! to Kind."),
        ("SIGNAL", "", "Enum value Kind.SIGNAL was removed."),
        ("SIGNAL", "SIGNAL TIMER", "Enum value Kind.TIMER was added."),
        ("Event | Failure", "Event", "Failure was removed from union type Result."),
        ("Event | Failure", "Event | Failure | Query", "Query was added to union type Result."),
    ],
)
def test_a_breaking_change_must_be_announced(old: str, new: str, description: str) -> None:
    after = BEFORE.replace(old, new)
    earlier = f"## [1.0.0]\n\n- {description}\n"
    assert description in unannounced_changes(BEFORE, after, f"## [Unreleased]\n\n{earlier}")
    announced = description.replace("Query.old", "`Query.old`").replace(" was ", "\n  was ")
    assert description not in unannounced_changes(
        BEFORE, after, f"## [Unreleased]\n\n### Changed\n\n- {announced}\n\n{earlier}"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("old: String", "old: String, new: Int!"),
        ("old: String", "old: String!"),
        ("first: Int", "first: Int, after: String"),
        ("enum", "type More { id: ID! } enum"),
    ],
)
def test_an_addition_needs_no_announcement(old: str, new: str) -> None:
    assert unannounced_changes(BEFORE, BEFORE.replace(old, new), "## [Unreleased]\n") == []
