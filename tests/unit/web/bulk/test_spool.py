"""Answers that wait for a client that does not read yet."""

import asyncio
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bpmn_events.web.rest.bulk import ring_file
from bpmn_events.web.rest.bulk.spool import Spool

MEMORY, FILE = 1_000, 10_000
PIECE = b"a" * 500


@pytest.fixture
def spool() -> Iterator[Spool]:
    spool = Spool(MEMORY, FILE, patience_seconds=60)
    yield spool
    spool.close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder for temporary files, which does not exist."""
    folder = tmp_path / "temporary"
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


async def read_all(spool: Spool) -> bytes:
    data = b""
    while part := await spool.read():
        data += part
    return data


async def count_pieces() -> int:
    """Return how many pieces there is room for."""
    spool, count = Spool(MEMORY, FILE, patience_seconds=0), 0
    while await spool.write(PIECE):
        count += 1
    spool.close()
    return count


async def fill(spool: Spool, count: int) -> None:
    """Write so many pieces, and one more that waits until others are read. Read all of them."""
    for _ in range(count):
        assert await spool.write(PIECE)
    writing = asyncio.create_task(spool.write(PIECE))
    await asyncio.sleep(0.1)
    assert not writing.done()
    data = await spool.read()
    assert await writing
    await spool.end()
    assert data + await read_all(spool) == PIECE * (count + 1)


async def test_bytes_come_out_in_their_order() -> None:
    """Also if the reader is faster at times, and slower at others."""
    spool, chance = Spool(MEMORY, FILE, patience_seconds=60), random.Random(5)
    pieces = [chance.randbytes(chance.randint(1, 900)) for _ in range(400)]

    async def write() -> None:
        for piece in pieces:
            await spool.write(piece)
        await spool.end()

    writing, data = asyncio.create_task(write()), b""
    while part := await spool.read():
        data += part
        await asyncio.sleep(chance.choice((0, 0, 0.005)))
    await writing
    spool.close()
    assert data == b"".join(pieces)


async def test_a_reader_waits_for_the_next_bytes(spool: Spool) -> None:
    reading = asyncio.create_task(spool.read())
    await asyncio.sleep(0)
    await spool.write(b"first")
    assert await reading == b"first"
    reading = asyncio.create_task(spool.read())
    await spool.end()
    assert await reading == b""


async def test_a_writer_waits_if_all_is_full(spool: Spool) -> None:
    count = await count_pieces()
    assert FILE <= count * len(PIECE) <= FILE + MEMORY
    await fill(spool, count)


@pytest.mark.usefixtures("folder")
async def test_without_a_folder_for_files_the_writer_waits_for_the_reader(
    spool: Spool, caplog: pytest.LogCaptureFixture
) -> None:
    await fill(spool, MEMORY // len(PIECE))
    assert [record.levelname for record in caplog.records] == ["WARNING"]


async def test_a_disk_that_has_room_again_is_used(spool: Spool, folder: Path) -> None:
    writing = asyncio.create_task(spool.write(PIECE * 3))
    await asyncio.sleep(0.1)
    assert not writing.done()
    await asyncio.to_thread(folder.mkdir)
    await writing
    await spool.end()
    assert await read_all(spool) == PIECE * 3


async def test_a_full_disk(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The device accepts the creation of the file, but no byte."""
    monkeypatch.setattr(ring_file, "TemporaryFile", lambda buffering: open("/dev/full", "r+b", buffering))  # noqa: SIM115
    writing = asyncio.create_task(spool.write(PIECE * 3))
    await asyncio.sleep(0.1)
    assert not writing.done()
    assert await spool.read() == PIECE * 3
    await writing


async def test_a_reader_that_never_reads() -> None:
    spool = Spool(MEMORY, FILE, patience_seconds=0)
    assert await spool.write(bytes(FILE))
    assert not await spool.write(bytes(MEMORY + 1))
    assert not await spool.write(PIECE)
    await spool.end()
    assert await read_all(spool) == bytes(FILE + MEMORY + 1) + PIECE
    spool.close()
