"""Landed migrations never change, because databases have run them. A correction is a new migration."""

import hashlib
from pathlib import Path

from bpmn_events.adapters.storage.schema.revisions import MIGRATIONS

VERSIONS = MIGRATIONS / "versions"

# The SHA-256 of each landed migration. A line is added with a new migration, and never changed or removed.
LANDED = {
    "0002_first_tables.py": "e55d1277b0feafe706f856be55d35dc3a9a376dc91dee9889f999ac595b695c4",
    "0003_positions_and_fences.py": "14a2b13aeac10aefbe8486113eac730b35a2c65db056470c2292279ad39a25de",
    "0004_retries.py": "9aef3f78ca536ae74ac2d3372614f86874a99bffd960d36acc5c0e7543064b18",
    "0005_pruning.py": "cd3a7e90936280034e9d88ef9c8046abbc48b2a60daa94b1d50d2f8d7d2a371f",
    "0006_meanings.py": "0aa043737d1303fc75577b0e243aaad60b684f73cfd728ecb0b594747d92b530",
    "0007_change_feed.py": "1d547352c6a7d680b0adc550e9b797eaa72e3671bc2b7537a034b95090637a0a",
}


def problems(versions: Path) -> list[str]:
    """Return one line for each file that breaks the rule, sorted by file name."""
    present = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in versions.glob("*.py")}
    return [_problem(name, present.get(name)) for name in sorted(_changed_names(present))]


def _changed_names(present: dict[str, str]) -> set[str]:
    return {name for name in present.keys() | LANDED.keys() if present.get(name) != LANDED.get(name)}


def _problem(name: str, digest: str | None) -> str:
    if digest is None:
        return f"{name} has landed and is gone: databases are at its revision. Restore it and add a new migration."
    if name in LANDED:
        return f"{name} has landed and was changed: databases have run it as it was. Restore it, add a new migration."
    return f'{name} is new: enter it in LANDED of {Path(__file__).name}, as "{name}": "{digest}".'


def test_landed_migrations_stay_as_they_are() -> None:
    lines = problems(VERSIONS)
    assert not lines, "\n".join(lines)


def test_a_changed_migration_is_reported(tmp_path: Path) -> None:
    for name in LANDED:
        (tmp_path / name).write_bytes((VERSIONS / name).read_bytes() + b"\n")
    assert [line.split(":")[0] for line in problems(tmp_path)] == [
        f"{name} has landed and was changed" for name in sorted(LANDED)
    ]
    assert all("add a new migration" in line for line in problems(tmp_path))


def test_a_removed_migration_is_reported(tmp_path: Path) -> None:
    assert [line.split(":")[0] for line in problems(tmp_path)] == [
        f"{name} has landed and is gone" for name in sorted(LANDED)
    ]
    assert all("add a new migration" in line for line in problems(tmp_path))


def test_a_new_migration_has_to_be_entered(tmp_path: Path) -> None:
    for name in LANDED:
        (tmp_path / name).write_bytes((VERSIONS / name).read_bytes())
    (tmp_path / "9999_later.py").write_bytes(b"")
    digest = hashlib.sha256(b"").hexdigest()
    assert problems(tmp_path) == [
        "9999_later.py is new: enter it in LANDED of test_migrations_are_append_only.py, "
        f'as "9999_later.py": "{digest}".'
    ]
