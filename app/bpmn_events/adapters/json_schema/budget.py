"""The time that the check of a payload may take, by an estimate from above."""

from bpmn_events.adapters.json_schema.costs.cost import Cost, Size

USUAL_BYTES = 262_144
# Nanoseconds for a payload of the usual limit. A larger limit has a larger budget.
BUDGET = 50_000_000.0
# A payload that every schema must be able to check: 8 KiB, with some fractions.
_SMALL = Size(values=1_024, digits=2_048, decimals=64, integrals=16, exponents=2, bytes=8_192)
_STEP = 1_000.0


def refuse(cost: Cost) -> str | None:
    """Return the reason why a schema or pattern is too costly; None if a small payload can be checked."""
    steps = cost.of(_SMALL)
    if steps <= BUDGET:
        return None
    return f"checking a payload of 8 KiB could take {to_steps(steps)} steps; at most {to_steps(BUDGET)} are accepted"


def to_steps(nanoseconds: float) -> int:
    """Return the estimate in a unit that does not look like a measured time."""
    return round(min(nanoseconds, 1e15) / _STEP)
