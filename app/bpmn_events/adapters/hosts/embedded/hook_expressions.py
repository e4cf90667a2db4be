"""The expressions of hooks: FEEL, within limits that depend on nothing but the expression and the delivery."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError
from bpmn_events.adapters.hosts.embedded.expressions.feel.tokens import tokenize
from bpmn_events.application.hooks.expressions import VARIABLES, ExpressionFailed

# The most units of work of an evaluation: some tenths of a second if each unit is a large one.
_MAX_WORK = 2_000
_CLOCKS = ("now", "today")
# No expression reads the time.
_NO_TIME = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FeelHookExpression:
    """Implements ``application.hooks.expressions.HookExpression``."""

    text: str
    _expression: Expression

    def evaluate(self, variables: Mapping[str, Any]) -> Any:
        try:
            return self._expression.evaluate(variables, _Meter())
        except ExpressionError as error:
            raise ExpressionFailed(str(error)) from None
        except RecursionError:
            raise ExpressionFailed(f"`{self.text}`: the values are nested too deeply") from None


class _Meter(Evaluation):
    """An evaluation with a limit on its work."""

    def __init__(self) -> None:
        super().__init__(_NO_TIME)
        self._units_left = _MAX_WORK

    def tick(self, units: int) -> None:
        self._units_left -= units
        if self._units_left < 0:
            raise ExpressionError("it takes too much work")


def compile_hook_expression(text: str) -> FeelHookExpression:
    """Return the compiled expression of a FEEL text, with or without a leading ``=``.

    Raises:
        ExpressionFailed: The text is no FEEL expression, or reads the time or another variable than those of a hook.
    """
    try:
        expression = Expression.parse_feel(text)
    except ExpressionError as error:
        raise ExpressionFailed(str(error)) from None
    unknown = sorted(name for name in expression.names - set(VARIABLES) if not _may_be_member(name, expression))
    if unknown:
        *names, last = VARIABLES
        raise ExpressionFailed(f"there is no variable `{unknown[0]}`: there are {', '.join(names)} and {last}")
    for name, following in pairwise(tokenize(text)):
        if name.kind == "word" and name.text in _CLOCKS and following.text == "(":
            raise ExpressionFailed(f"`{name.text}()` has another value each time that a delivery is sent")
    return FeelHookExpression(text, expression)


def _may_be_member(name: str, expression: Expression) -> bool:
    """Return True if the name may be the end of a longer one, as `status` in `body.payment-status`."""
    return any(longer.endswith(name) and not longer.startswith(name) for longer in expression.longer_names)
