"""The files with failed lines and their reasons."""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryFile

import msgspec
import pytest

from bpmn_events.application.bulk.lines import Line
from bpmn_events.cli.bulk.failures import Failures
from bpmn_events.cli.bulk.journal import Extent


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return tmp_path / "lines"


def write(source: Path, *texts: bytes) -> tuple[Extent, Extent]:
    """Append lines and reasons, and return what is on the disk."""
    with closing(Failures(source, 0o600)) as failures:
        for number, text in enumerate(texts, 1):
            failures.add(Line(number, text), None, b"reason\n")
        failures.sync()
        return failures.lines.extent, failures.reasons.extent


@pytest.mark.parametrize(
    ("text", "key", "written"),
    [
        (b"no JSON \r", None, b"no JSON \r"),
        (b'{"a" : 1.0e0}', "k", b'{"a":1.0e0,"idempotencyKey":"k"}'),
        (b' \xef\xbb\xbf{"idempotencyKey":null} ', "k", b'{"idempotencyKey":"k"}'),
        (b' { "idempotencyKey" : "k" } ', "k", b' { "idempotencyKey" : "k" } '),
    ],
)
def test_a_line_with_its_key(source: Path, text: bytes, key: str | None, written: bytes) -> None:
    with closing(Failures(source, 0o600)) as failures:
        failures.add(Line(1, text), key, b"reason\n")
    assert Path(f"{source}.failed").read_bytes() == written + b"\n"
    assert Path(f"{source}.errors").read_bytes() == b"reason\n"


def test_a_line_in_a_file(source: Path) -> None:
    with closing(Failures(source, 0o600)) as failures, TemporaryFile() as file:
        file.write(b"long")
        failures.add(Line(1, None, file), None, b"reason\n")
        failures.sync()
        extent = failures.lines.extent
    assert (Path(f"{source}.failed").read_bytes(), extent.size) == (b"long\n", 5)


def test_the_content_of_a_record_is_restored_and_appended_to(source: Path) -> None:
    extents = write(source, b"first")
    write(source, b"second")
    for _ in range(2):
        with closing(Failures(source, 0o600)) as failures:
            assert failures.restore(*extents)
            failures.add(Line(3, b"third"), None, b"reason\n")
            failures.sync()
            later = failures.lines.extent, failures.reasons.extent
    assert Path(f"{source}.failed").read_bytes() == b"first\nthird\n"
    with closing(Failures(source, 0o600)) as failures:
        assert failures.restore(*later)
    assert Path(f"{source}.failed").read_bytes() == b"first\nthird\n"


def test_files_that_the_record_does_not_know_are_removed(source: Path) -> None:
    write(source, b"first")
    with closing(Failures(source, 0o600)) as failures:
        assert failures.restore(Extent(), Extent())
    assert list(source.parent.iterdir()) == []


@pytest.mark.parametrize("ending", ["failed", "errors"])
@pytest.mark.parametrize("content", [b"other\n", b"fir", None])
def test_other_content_is_not_touched(source: Path, ending: str, content: bytes | None) -> None:
    extents = write(source, b"first")
    file = Path(f"{source}.{ending}")
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    before = {path.name: path.read_bytes() for path in source.parent.iterdir()}
    with closing(Failures(source, 0o600)) as failures:
        assert not failures.restore(*extents)
    assert {path.name: path.read_bytes() for path in source.parent.iterdir()} == before


def test_the_default_is_the_content_of_no_file() -> None:
    assert msgspec.json.decode(b"{}", type=Extent) == Extent(0, Extent().sha256)
