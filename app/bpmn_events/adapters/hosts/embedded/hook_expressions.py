"""The expressions of hooks: FEEL, within limits that depend on nothing but the expression and the delivery."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError
from bpmn_events.application.ports.hooks.expressions import VARIABLES, ExpressionFailed

# The most units of work of an evaluation: some tens of milliseconds.
_MAX_WORK = 2_000
# The most values and characters of a result: a list that occurs several times in it takes no memory, but is written
# several times.
_MAX_SIZE = 1 << 20


@dataclass(frozen=True, slots=True)
class FeelHookExpression:
    """Implements ``ports.hooks.expressions.HookExpression``."""

    text: str
    _expression: Expression

    def evaluate(self, variables: Mapping[str, Any], now: datetime) -> Any:
        try:
            value = self._expression.evaluate(variables, _Meter(now))
            _count(value, _MAX_SIZE)
        except ExpressionError as error:
            raise ExpressionFailed(str(error)) from None
        except RecursionError:
            raise ExpressionFailed(f"`{self.text}`: the values are nested too deeply") from None
        return value


class _Meter(Evaluation):
    """An evaluation with a limit on its work."""

    def __init__(self, now: datetime) -> None:
        super().__init__(now)
        self._units_left = _MAX_WORK

    def tick(self, units: int) -> None:
        self._units_left -= units
        if self._units_left < 0:
            raise ExpressionError("it takes too much work")


def compile_hook_expression(text: str) -> FeelHookExpression:
    """Return the compiled expression of a FEEL text, with or without a leading ``=``.

    Raises:
        ExpressionFailed: The text is no FEEL expression, or reads another variable than those of a hook.
    """
    try:
        expression = Expression.parse_feel(text)
    except ExpressionError as error:
        raise ExpressionFailed(str(error)) from None
    unknown = sorted(name for name in expression.names - set(VARIABLES) if not _may_be_member(name, expression))
    if unknown:
        *names, last = VARIABLES
        raise ExpressionFailed(f"there is no variable `{unknown[0]}`: there are {', '.join(names)} and {last}")
    return FeelHookExpression(text, expression)


def _may_be_member(name: str, expression: Expression) -> bool:
    """Return True if the name may be the end of a longer one, as `status` in `body.payment-status`."""
    return any(longer.endswith(name) and not longer.startswith(name) for longer in expression.longer_names)


def _count(value: Any, left: int) -> int:
    """Return the number without the values and characters of the value. Lists that occur several times count each time.

    Raises:
        ExpressionError: The value has more of them.
    """
    left -= 1 + (len(value) if isinstance(value, str) else 0)
    if left < 0:
        raise ExpressionError("the result is too large")
    if isinstance(value, dict):
        for name, member in value.items():
            left = _count(member, left - len(name))
    elif isinstance(value, list):
        for item in value:
            left = _count(item, left)
    return left
