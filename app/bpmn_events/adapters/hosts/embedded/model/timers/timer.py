"""The timer of an event in a model."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeAlias

from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError
from bpmn_events.adapters.hosts.embedded.model import meaning as meanings
from bpmn_events.adapters.hosts.embedded.model.timers import first_meaning
from bpmn_events.adapters.hosts.embedded.model.timers.cycles import parse_cycle
from bpmn_events.adapters.hosts.embedded.model.timers.dates import parse_date
from bpmn_events.adapters.hosts.embedded.model.timers.durations import Duration
from bpmn_events.adapters.hosts.embedded.model.timers.errors import TimerError
from bpmn_events.adapters.hosts.embedded.model.timers.local_times import LocalTime
from bpmn_events.adapters.hosts.embedded.model.timers.schedules import Schedule

MAX_LENGTH = 255


class TimerKind(StrEnum):
    """The kind of a timer, named as its element in the timer event definition."""

    DATE = "timeDate"
    DURATION = "timeDuration"
    CYCLE = "timeCycle"


Reader: TypeAlias = Callable[[TimerKind, str, Evaluation], Schedule]


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer of a model: a literal that was checked at deployment, or an expression whose value is such a text.

    Attributes:
        kind: The kind of the timer.
        text: The literal or the expression as the model has it.
        expression: The parsed expression; None for a literal.
        read: Returns the schedule of a text, by the meaning of the model.
    """

    kind: TimerKind
    text: str
    expression: Expression | None
    read: Reader

    @classmethod
    def parse(
        cls,
        kind: TimerKind,
        text: str,
        meaning: int = meanings.CURRENT,
        parse_expression: Callable[[str], Expression] = Expression.parse,
    ) -> "Timer":
        """Return the timer of the text. ``parse_expression`` reads a text that is an expression.

        Raises:
            TimerError: The text is neither a valid time of this kind nor an expression.
        """
        text, read = text.strip(), _read_as_first if meaning == meanings.FIRST else _read
        if text.startswith(("${", "#{", "=")):
            try:
                return cls(kind, text, parse_expression(text), read)
            except ExpressionError as error:
                raise TimerError(str(error)) from None
        timer = cls(kind, text, None, read)
        timer.schedule({}, Evaluation(datetime.now(UTC)))
        return timer

    def schedule(self, variables: Mapping[str, Any], evaluation: Evaluation) -> Schedule:
        """Return the schedule of a timer that begins to wait now.

        Raises:
            ExpressionError: The expression has no value.
            TimerError: Its value is not a valid time of this kind.
        """
        if self.expression is None:
            return self._read(self.text, evaluation)
        value = self.expression.evaluate(variables, evaluation)
        if not isinstance(value, str):
            raise TimerError(f"`{self.text}` yields no text")
        try:
            return self._read(value.strip(), evaluation)
        except TimerError:  # its message has the value, which not everyone who reads the message may see
            raise TimerError(f"`{self.text}` yields no ISO 8601 text of a {self.kind.value}") from None

    def start_schedule(self, now: datetime) -> Schedule | None:
        """Return the schedule of a timer start event that is deployed now; None if its cycle is over.

        It sees no variables. A date that has passed is due at once, like that of a waiting timer. Of a cycle, only the
        times after now count: a new version of a model would otherwise start an instance at every deployment.

        Raises:
            ExpressionError, TimerError: As in ``schedule``.
        """
        schedule = self.schedule({}, Evaluation(now))
        return schedule if schedule.interval is None else schedule.without_past(now)

    def _read(self, text: str, evaluation: Evaluation) -> Schedule:
        if len(text) > MAX_LENGTH:
            raise TimerError(f"a time has at most {MAX_LENGTH} characters")
        return self.read(self.kind, text, evaluation)


def _read(kind: TimerKind, text: str, evaluation: Evaluation) -> Schedule:
    match kind:
        case TimerKind.DATE:
            return Schedule(parse_date(text).instant)
        case TimerKind.DURATION:
            return Schedule(Duration.parse(text).after(LocalTime.at(evaluation.now, None)))
        case TimerKind.CYCLE:
            return parse_cycle(text, evaluation.now)


def _read_as_first(kind: TimerKind, text: str, evaluation: Evaluation) -> Schedule:
    match kind:
        case TimerKind.DATE:
            return Schedule(first_meaning.parse_date(text))
        case TimerKind.DURATION:
            return Schedule(first_meaning.add_duration(evaluation.now, text))
        case TimerKind.CYCLE:
            return Schedule(*first_meaning.parse_cycle(text, evaluation))
