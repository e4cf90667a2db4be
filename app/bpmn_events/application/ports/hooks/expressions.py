"""The port for the expressions of hooks, which read the deliveries of strangers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

# The variables of an expression.
VARIABLES = ("body", "headers", "digest")


class ExpressionFailed(Exception):
    """An expression cannot be compiled, or has no value for these variables. The message has none of their values."""


class HookExpression(Protocol):
    """A compiled expression. An evaluation takes bounded time and memory, whatever the variables are."""

    @property
    def text(self) -> str:
        """The text in the file."""
        ...

    def evaluate(self, variables: Mapping[str, Any], now: datetime) -> Any:
        """Return the JSON value; null stands for a missing member, too.

        Raises:
            ExpressionFailed: It has no value, or takes too much time or memory.
        """
        ...
