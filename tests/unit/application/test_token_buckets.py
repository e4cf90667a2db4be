"""Token buckets, with a clock that the test sets."""

import pytest

from bpmn_events.application.token_buckets import Allowance, TokenBuckets


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def take(buckets: TokenBuckets, caller: str, count: int) -> int:
    """Return how many of so many tokens the caller gets."""
    return sum(buckets.take(caller) for _ in range(count))


def test_a_full_bucket_gives_its_quota_at_once(clock: Clock) -> None:
    assert take(TokenBuckets(30, clock), "ada", 100) == 30


def test_tokens_flow_in_evenly(clock: Clock) -> None:
    buckets = TokenBuckets(30, clock)
    take(buckets, "ada", 30)
    clock.now += 1.9
    assert not buckets.take("ada")
    clock.now += 0.1
    assert take(buckets, "ada", 2) == 1
    clock.now += 60
    assert take(buckets, "ada", 100) == 30
    clock.now += 3600  # a bucket never holds more than the quota
    assert take(buckets, "ada", 100) == 30


def test_refused_attempts_do_not_delay_the_next_token(clock: Clock) -> None:
    buckets = TokenBuckets(6, clock)
    take(buckets, "ada", 6)
    for _ in range(9):
        clock.now += 1
        assert not buckets.take("ada")
    clock.now += 1.001
    assert buckets.take("ada")


def test_callers_have_buckets_of_their_own(clock: Clock) -> None:
    buckets = TokenBuckets(1, clock)
    assert (buckets.take("ada"), buckets.take("bob"), buckets.take("ada")) == (True, True, False)


def test_the_allowance_tells_how_long_to_wait(clock: Clock) -> None:
    buckets = TokenBuckets(6, clock)
    assert buckets.allowance("ada") == Allowance(6, 0, 0)
    buckets.take("ada")
    assert buckets.allowance("ada") == Allowance(5, 10, 0)
    take(buckets, "ada", 5)
    assert buckets.allowance("ada") == Allowance(0, 60, 10)
    clock.now += 7.5
    assert buckets.allowance("ada") == Allowance(0, 53, 3)


def test_the_bucket_that_was_used_longest_ago_is_forgotten(clock: Clock) -> None:
    buckets = TokenBuckets(1, clock, max_buckets=2)
    for caller in ("ada", "bob", "ada", "eve"):  # a refused attempt is a use, too
        buckets.take(caller)
    assert not buckets.take("ada")
    assert buckets.take("bob")
