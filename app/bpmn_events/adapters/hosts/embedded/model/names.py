"""Names of messages and signals that a model computes, such as ``order-${id}`` or ``="order-" + id``."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError
from bpmn_events.domain.ids import MAX_LENGTH, is_valid_id

# An expression inside of a text. A brace in a quoted text does not end it.
_EXPRESSION = re.compile(r"""([$#]\{(?:[^{}'"]|'[^']*'|"[^"]*")*\})""")


@dataclass(frozen=True, slots=True)
class ComputedName:
    """A name that is computed when an event begins to wait, or when it is thrown.

    Attributes:
        text: Its text in the model.
        parts: The texts and expressions that it is joined from.
    """

    text: str
    parts: tuple[str | Expression, ...]

    def evaluate(self, variables: Mapping[str, Any], evaluation: Evaluation) -> str:
        """Return the name.

        Raises:
            ExpressionError: An expression has no value, or the value is no name: a text of 1 to 255 characters. Inside
                of a text, an expression may also be a number or true or false.
        """
        values = [part if isinstance(part, str) else part.evaluate(variables, evaluation) for part in self.parts]
        name = values[0] if len(values) == 1 else "".join(map(_text, values))
        if not isinstance(name, str):
            raise ExpressionError(f"the name `{self.text}` is no text")
        if not is_valid_id(name):
            raise ExpressionError(
                f"the name `{self.text}` is no text of 1 to {MAX_LENGTH} characters without control characters"
            )
        return name


def parse_name(text: str) -> str | ComputedName:
    """Return the name in the text. An expression that reads neither variables nor the time is replaced by its value.

    Raises:
        ExpressionError: An expression in the text is not in the language.
    """
    if text.lstrip().startswith("="):
        computed = ComputedName(text, (Expression.parse(text),))
    elif "${" in text or "#{" in text:
        pieces = [piece for piece in _EXPRESSION.split(text) if piece]
        computed = ComputedName(text, tuple(map(_parse_part, pieces)))
    else:
        return text
    circumstances = _Circumstances()
    try:
        name = computed.evaluate(circumstances.variables, circumstances)
    except ExpressionError:
        return computed
    return computed if circumstances.are_read else name


def _parse_part(piece: str) -> str | Expression:
    if _EXPRESSION.fullmatch(piece):
        return Expression.parse(piece)
    if "${" in piece or "#{" in piece:
        raise ExpressionError(f"`{piece}` begins an expression that does not end")
    return piece


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise ExpressionError("a part of the name is neither a text, a number, true nor false")


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
