"""The queue in a temporary file."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpmn_events.web.rest.bulk.ring_file import RingFile

SIZE = 20


@pytest.fixture
def ring() -> Iterator[RingFile]:
    ring = RingFile(SIZE)
    yield ring
    ring.close()


def size_on_disk(ring: RingFile) -> int:
    assert ring._file is not None
    return os.fstat(ring._file.fileno()).st_size


@given(st.lists(st.one_of(st.binary(max_size=SIZE), st.integers(1, SIZE))))
def test_bytes_come_out_in_their_order_and_the_file_stays_small(steps: list[bytes | int]) -> None:
    """A step appends bytes, or takes so many."""
    ring, expected = RingFile(SIZE), b""
    for step in steps:
        if isinstance(step, int):
            data = ring.take(step)
            assert len(data) <= step
            assert bool(data) == bool(expected)
            assert expected.startswith(data)
            expected = expected[len(data) :]
        elif len(step) <= ring.free_bytes:
            ring.append(step)
            expected += step
        assert (len(ring), ring.free_bytes) == (len(expected), SIZE - len(expected))
        assert ring._file is None or len(expected) <= size_on_disk(ring) <= SIZE or not expected
    ring.close()


def test_an_empty_queue_needs_no_disk(ring: RingFile) -> None:
    ring.append(b"abc")
    assert size_on_disk(ring) == 3
    assert ring.take(10) == b"abc"
    assert size_on_disk(ring) == 0
