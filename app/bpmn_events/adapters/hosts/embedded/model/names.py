"""Names of messages and signals that a model computes, such as ``order-${id}`` or ``="order-" + id``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError
from bpmn_events.domain.ids import MAX_LENGTH, is_valid_id


@dataclass(frozen=True, slots=True)
class ComputedName:
    """A name that is computed when an event begins to wait, or when it is thrown.

    Attributes:
        text: Its text in the model.
        expression: The expression of the text.
    """

    text: str
    expression: Expression

    def evaluate(self, variables: Mapping[str, Any], evaluation: Evaluation) -> str:
        """Return the name.

        Raises:
            ExpressionError: The expression has no value, or the value is no name: a text of 1 to 255 characters.
        """
        name = self.expression.evaluate(variables, evaluation)
        if not isinstance(name, str):
            raise ExpressionError(f"the name `{self.text}` is no text")
        if not is_valid_id(name):
            raise ExpressionError(
                f"the name `{self.text}` is no text of 1 to {MAX_LENGTH} characters without control characters"
            )
        return name


def without_constant_expression(computed: ComputedName) -> str | ComputedName:
    """Return the value of a name whose expression reads neither variables nor the time, else the computed name."""
    circumstances = _Circumstances()
    try:
        name = computed.evaluate(circumstances.variables, circumstances)
    except ExpressionError:
        return computed
    return computed if circumstances.are_read else name


class _Circumstances(Evaluation):
    """An evaluation that notices if the expression depends on variables or on the time."""

    def __init__(self) -> None:
        self.are_read = False
        self.variables = _NoVariables(self)

    @property
    def now(self) -> datetime:  # type: ignore[override]
        self.are_read = True
        return datetime(2000, 1, 1, tzinfo=UTC)


class _NoVariables(Mapping[str, Any]):
    def __init__(self, circumstances: _Circumstances) -> None:
        self._circumstances = circumstances

    def __getitem__(self, name: str) -> Any:
        self._circumstances.are_read = True
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        self._circumstances.are_read = True
        return iter(())

    def __len__(self) -> int:
        self._circumstances.are_read = True
        return 0
