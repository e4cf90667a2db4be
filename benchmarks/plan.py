"""How much each measure does: as much as gives steady figures, or just enough to see that it works."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """``rounds`` are interleaved. ``load`` is the number of triggers at 64 callers in each, and others in proportion.

    ``few`` and ``many`` are how many events wait where that is compared, ``loop`` the rounds of a process that loops,
    ``instances`` how many are weighed on disk, ``remembered`` how many events in memory, ``lists`` how many are asked
    for at a time, ``filters`` how many kinds of them, and ``starts`` how often the server is started.
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
)
QUICK = Size(
    rounds=1, load=200, few=200, many=2_000, loop=30, instances=200, remembered=2_000, lists=5, filters=3, starts=1
)
