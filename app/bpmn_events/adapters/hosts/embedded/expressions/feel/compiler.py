"""The compilation of a FEEL expression, once for each way to read its names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.closures import Closure as Evaluator
from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.expressions.feel.closures import Closure
from bpmn_events.adapters.hosts.embedded.expressions.feel.names import Guess, Lookup, Name, Question, Samples
from bpmn_events.adapters.hosts.embedded.expressions.feel.results import to_json
from bpmn_events.adapters.hosts.embedded.expressions.feel.syntax import Parser
from bpmn_events.adapters.hosts.embedded.expressions.feel.tokens import Token, tokenize
from bpmn_events.adapters.hosts.embedded.expressions.feel.values import Run, Scope
from bpmn_events.adapters.hosts.embedded.expressions.values import ExpressionError

MAX_PARTS = 400
# So many ways to read an expression are kept compiled. The others are compiled for each evaluation.
_MAX_READINGS = 32
_TOKENS_PER_UNIT = 4


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled expression.

    Attributes:
        evaluate: Returns its JSON value.
        names: The variables that it reads.
        longer_names: The names of several words or with operators that it reads if there are such variables.
    """

    evaluate: Evaluator
    names: frozenset[str]
    longer_names: frozenset[str]


def compile_feel(source: str) -> Compiled:
    """Return the expression as a function of the variables and the circumstances of its evaluation.

    Raises:
        ExpressionError: The text is no FEEL expression, or too large.
    """
    tokens = tokenize(source)
    if len(tokens) > MAX_PARTS:
        raise ExpressionError("the expression is too large")
    guess, parser, closure = _parse_unresolved(source, tokens)
    longer = frozenset(
        name.text for question in guess.questions for name in question.candidates if question.is_variable
    )
    if not guess.questions:
        return Compiled(_evaluator(closure), frozenset(parser.variables), longer)
    return Compiled(_Readings(source, tokens, closure).evaluate, frozenset(parser.variables), longer)


def _parse_unresolved(source: str, tokens: list[Token]) -> tuple[Guess, Parser, Closure]:
    """Parse with the shortest names that make it an expression: single words, or several words, or any characters."""
    error: ExpressionError | None = None
    for accepts in (
        lambda _name: False,
        lambda name: name.text.replace(" ", "").isalnum(),
        lambda _name: True,
    ):
        guess = Guess(accepts)
        parser = Parser(source, tokens, guess)
        try:
            return guess, parser, parser.parse()
        except ExpressionError as refusal:
            error = error or refusal
    assert error is not None
    raise error


def _evaluator(closure: Closure) -> Evaluator:
    def evaluate(variables: Mapping[str, Any], evaluation: Evaluation) -> Any:
        run = Run(evaluation)
        return to_json(closure(Scope(variables), run), run)

    return evaluate


@dataclass(slots=True)
class _Choice:
    """A question with a reading, or the next question, for each answer."""

    question: Question
    branches: dict[Name | None, "_Choice | Evaluator"] = field(default_factory=dict)


class _Readings:
    """The readings of an expression, by the names that exist when it is evaluated."""

    def __init__(self, source: str, tokens: list[Token], fallback: Closure) -> None:
        self._source = source
        self._tokens = tokens
        self._fallback = _evaluator(fallback)
        self._first: _Choice | None = None
        self._count = 0

    def evaluate(self, variables: Mapping[str, Any], evaluation: Evaluation) -> Any:
        """Return the value of the expression by the names among these variables."""
        samples = Samples(variables)
        reading: _Choice | Evaluator | None = self._first
        while isinstance(reading, _Choice):
            reading = reading.branches.get(reading.question.answer(samples, evaluation))
        if reading is None:
            evaluation.tick(1 + len(self._tokens) // _TOKENS_PER_UNIT)
            reading = self._compile(Lookup(samples, evaluation))
        return reading(variables, evaluation)

    def _compile(self, lookup: Lookup) -> Evaluator:
        try:
            reading = _evaluator(Parser(self._source, self._tokens, lookup).parse())
        except ExpressionError:  # by these names it is none: read it as at deployment
            reading = self._fallback
        if self._count < _MAX_READINGS and lookup.answers:
            self._count += 1
            self._keep(lookup.answers, reading)
        return reading

    def _keep(self, answers: list[tuple[Question, Name | None]], reading: Evaluator) -> None:
        """Keep the reading for the same answers. The next question depends on the answers before it alone."""
        if self._first is None:
            self._first = _Choice(answers[0][0])
        choice = self._first
        for (_, answer), (question, _) in pairwise(answers):
            following = choice.branches.setdefault(answer, _Choice(question))
            assert isinstance(following, _Choice)
            choice = following
        choice.branches[answers[-1][1]] = reading
