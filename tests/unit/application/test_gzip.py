"""Decompression in pieces."""

import gzip
import os
import zlib

import pytest

from bpmn_events.application.bulk.gzip import GzipDecoder

TEXT = os.urandom(300_000) + b"a" * 700_000


def decode(*parts: bytes) -> list[bytes]:
    decoder = GzipDecoder()
    pieces = [piece for part in parts for piece in decoder.feed(part)]
    decoder.end()
    return pieces


@pytest.mark.parametrize("size", [1, 7, 1_000, 1_000_000])
def test_parts_of_any_size(size: int) -> None:
    """The end of a member may be anywhere in them."""
    data = gzip.compress(TEXT[:1_000]) + gzip.compress(TEXT[1_000:9_000]) + gzip.compress(b"")
    assert b"".join(decode(*(data[start : start + size] for start in range(0, len(data), size)))) == TEXT[:9_000]


def test_pieces_are_small() -> None:
    pieces = decode(gzip.compress(TEXT))
    assert b"".join(pieces) == TEXT
    assert max(map(len, pieces)) <= 16_384


@pytest.mark.parametrize(
    "empty",
    [
        gzip.compress(b"") * 5_000,
        gzip.compress(b"")[:10] + b"\0\0\0\xff\xff" * 20_000 + b"\1\0\0\xff\xff" + bytes(8),
        gzip.compress(b"") + bytes(100_000),
    ],
    ids=["members", "blocks", "zeros"],
)
def test_data_without_a_text_are_skipped(empty: bytes) -> None:
    """Each 4 KiB of them give an empty piece, so that a program can do something else meanwhile, or stop."""
    decoder = GzipDecoder()
    pieces = list(decoder.feed(empty))
    assert (set(pieces), len(pieces)) == ({b""}, -(-len(empty) // 4_096))
    assert decoder.skipped_bytes >= len(empty)


def test_small_members_count_as_skipped() -> None:
    decoder = GzipDecoder()
    assert b"".join(decoder.feed(gzip.compress(b"a") * 1_000)) == b"a" * 1_000
    assert decoder.skipped_bytes == pytest.approx(256 * 1_000, rel=0.01)


@pytest.mark.parametrize("size", [1, 100_000])
def test_zeros_after_a_member_are_ignored(size: int) -> None:
    """Tapes and some programs pad with them."""
    data = gzip.compress(b"first") + bytes(1_000) + gzip.compress(b"second") + bytes(1_000)
    assert b"".join(decode(*(data[start : start + size] for start in range(0, len(data), size)))) == b"firstsecond"


def test_nothing() -> None:
    assert decode() == []


@pytest.mark.parametrize(
    "data",
    [
        b"\0",
        b"text",
        gzip.compress(b"text")[:-1],
        gzip.compress(b"text")[:5],
        gzip.compress(b"text") + b"garbage",
        gzip.compress(b"text")[:-8] + bytes(8),
        zlib.compress(b"text"),
    ],
    ids=["zero", "plain", "cut", "header", "trailing", "checksum", "zlib"],
)
def test_damaged_data(data: bytes) -> None:
    with pytest.raises(zlib.error):
        decode(data)
