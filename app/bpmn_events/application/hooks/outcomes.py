"""The outcomes of deliveries."""

from dataclasses import dataclass
from enum import StrEnum


class HookOutcome(StrEnum):
    """The outcome of a delivery.

    Attributes:
        DELIVERED: A process has received it.
        DUPLICATE: It was delivered before.
        IGNORED: The condition of the hook is not met.
        CHALLENGED: It asked for a challenge, which the response contains.
        NOBODY_WAITS: There is no receiver, and nothing was changed.
        BAD_SIGNATURE: It is not signed as it has to be.
        REFUSED: It cannot be read, an expression failed, or the process does not take it.
        LIMITED: The caller has used up a rate limit.
        UNAVAILABLE: The database cannot be used.
        FAILED: The process or the server failed.
    """

    DELIVERED = "DELIVERED"
    DUPLICATE = "DUPLICATE"
    IGNORED = "IGNORED"
    CHALLENGED = "CHALLENGED"
    NOBODY_WAITS = "NOBODY_WAITS"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    REFUSED = "REFUSED"
    LIMITED = "LIMITED"
    UNAVAILABLE = "UNAVAILABLE"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class HookResult:
    """The outcome of a delivery.

    Attributes:
        outcome: The outcome.
        reason: The reason for the log, if the delivery did not reach a process.
        challenge: The text that the provider has asked for.
        is_hook_wrong: True if the file of the hook is the likely cause.
    """

    outcome: HookOutcome
    reason: str = ""
    challenge: str | None = None
    is_hook_wrong: bool = False
