"""Lists in the environment."""

from typing import Any


def split_at_commas(value: Any) -> Any:
    """Return the parts of a text, without the spaces around them; another value as it is."""
    return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value
