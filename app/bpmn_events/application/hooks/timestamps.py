"""The time at which a provider has signed a delivery."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

TimestampUnit = Literal["seconds", "milliseconds", "iso8601"]

_NUMBER = re.compile("[0-9]{1,16}")


@dataclass(frozen=True, slots=True)
class TimestampSource:
    """Where the timestamp of a delivery is, and how it is written.

    Attributes:
        header: The name of its header, in lower case; None if it is a part of the header of the signature.
        prefix: The text before it in the header of the signature.
        unit: ``seconds`` or ``milliseconds`` since 1970, or ``iso8601``, of which RFC 3339 is a part.
    """

    header: str | None = None
    prefix: str = ""
    unit: TimestampUnit = "seconds"

    def parse(self, text: str) -> float | None:
        """Return the seconds since 1970, or None if the text is no timestamp of this unit."""
        if self.unit == "iso8601":
            return _parse_instant(text)
        if not _NUMBER.fullmatch(text):
            return None
        return int(text) / (1000 if self.unit == "milliseconds" else 1)


def _parse_instant(text: str) -> float | None:
    try:
        instant = datetime.fromisoformat(text)
        return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
