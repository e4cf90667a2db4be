"""The time that the check of a payload may take, by an estimate from above."""

from bpmn_events.adapters.json_schema.costs.cost import Cost, Size

USUAL_BYTES = 262_144
# Nanoseconds that a check may take in the event loop. Payloads that take longer are checked in a process of their own.
BUDGET = 50_000_000.0
# Nanoseconds for a payload that every schema must be able to check: 8 KiB, with some fractions.
_SMALL_BUDGET = 200_000_000.0
_SMALL = Size(values=1_024, digits=2_048, decimals=64, integrals=16, exponents=2, bytes=8_192)
_STEP = 1_000.0


def refuse(cost: Cost) -> str | None:
    """Return the reason why a schema or pattern is too costly; None if a small payload can be checked."""
    steps = cost.of(_SMALL)
    if steps <= _SMALL_BUDGET:
        return None
    accepted = _to_steps(_SMALL_BUDGET)
    return f"checking a payload of 8 KiB could take {_to_steps(steps)} steps; at most {accepted} are accepted"


def _to_steps(nanoseconds: float) -> int:
    """Return the estimate in a unit that does not look like a measured time."""
    return round(min(nanoseconds, 1e15) / _STEP)
