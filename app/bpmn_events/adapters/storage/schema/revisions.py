"""The revisions of the tables, and the errors for a database that has another one."""

from functools import cache
from pathlib import Path

MIGRATIONS = Path(__file__).parent / "migrations"


class MigrationsPending(Exception):
    """The database lacks the current tables: run `bpmn-events migrate`."""

    def __str__(self) -> str:
        return self.__class__.__doc__ or ""


class UnknownRevision(Exception):
    """The tables are of another version of the program, most likely a newer one; nothing was changed."""

    def __init__(self, revision: str) -> None:
        super().__init__(revision)
        self.revision = revision

    def __str__(self) -> str:
        return (
            f"the tables of the database are at revision {self.revision}, and this program knows none but "
            f"{head_revision()} and those before: use the version of bpmn-events that made them, or a newer one"
        )


@cache
def known_revisions() -> frozenset[str]:
    """Return all revisions; the name of a migration's file starts with its revision."""
    return frozenset(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def head_revision() -> str:
    """Return the newest revision; revisions are consecutive numbers."""
    return max(known_revisions())
