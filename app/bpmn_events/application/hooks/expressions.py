"""The port for the expressions of hooks, which read the deliveries of strangers."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias

# The variables of an expression.
VARIABLES = ("body", "headers", "digest")


class ExpressionFailed(Exception):
    """An expression cannot be compiled, or has no value for these variables. The message has none of their values."""


class HookExpression(Protocol):
    """A compiled expression. It has the same value each time that it reads the same variables.

    An evaluation takes bounded time and memory for any variables.
    """

    @property
    def text(self) -> str:
        """The text in the file."""
        ...

    def evaluate(self, variables: Mapping[str, Any]) -> Any:
        """Return the JSON value; null stands for a missing member, too.

        Raises:
            ExpressionFailed: It has no value, or takes too much time or memory.
        """
        ...


# Returns the compiled expression of a text with a leading ``=``, or raises ``ExpressionFailed``.
ExpressionCompiler: TypeAlias = Callable[[str], HookExpression]
