"""The sizes of the measurements: one for stable figures, one that only checks that everything runs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """The size of each measurement.

    Attributes:
        rounds: the number of interleaved rounds.
        load: the triggers of one round at 64 callers; the other loads are in proportion.
        few: the smaller number of waiting events that is compared.
        many: the larger number of waiting events that is compared.
        loop: the rounds of a process that loops.
        instances: the process instances for the measurement of disk space.
        remembered: the waiting events for the measurement of memory.
        lists: the lists that are requested in a row.
        filters: the number of filters for which lists are measured.
        starts: the number of server starts.
        subscribers: the number of subscribers, each with a connection of its own.
        deliveries: the number of changes in a row that are delivered to all of them.
        trigger_rounds: how often each subscriber's event is triggered.
    """

    rounds: int
    load: int
    few: int
    many: int
    loop: int
    instances: int
    remembered: int
    lists: int
    filters: int
    starts: int
    subscribers: int
    deliveries: int
    trigger_rounds: int


FULL = Size(
    rounds=3,
    load=4_000,
    few=1_000,
    many=1_000_000,
    loop=1_000,
    instances=10_000,
    remembered=100_000,
    lists=50,
    filters=13,
    starts=3,
    subscribers=1_000,
    deliveries=20,
    trigger_rounds=10,
)
QUICK = Size(
    rounds=1,
    load=200,
    few=200,
    many=2_000,
    loop=30,
    instances=200,
    remembered=2_000,
    lists=5,
    filters=3,
    starts=1,
    subscribers=20,
    deliveries=2,
    trigger_rounds=2,
)
