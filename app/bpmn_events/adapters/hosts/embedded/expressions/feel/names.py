"""Names of several words or with operators in them (DMN 1.5, section 10.3.1.4).

``payment-status`` is the variable of that name if there is one, else a subtraction; ``first name`` is a name, too. The
names that exist are known only when the expression is evaluated. The parser asks a ``Resolver`` for the longest name
that begins at a token. A model is checked when it is deployed, without variables, with a resolver that guesses.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Protocol, TypeAlias

from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.expressions.feel.tokens import Token

KEYWORDS = frozenset(
    {
        *("and", "or", "in", "if", "then", "else", "for", "return", "some", "every", "satisfies"),
        *("between", "instance", "function", "true", "false", "null"),
    }
)
# A sample of the values that an expression has, found without its evaluation: the variable that it reads, or a part of
# it. None if there is none. The sample of an item is that of its list.
Sample: TypeAlias = Callable[["Samples"], Any]
_JOINERS = frozenset("-+*/.'")
_MAX_TOKENS = 12
_MAX_SAMPLED_ITEMS = 16
_NAMES_PER_UNIT = 4


class Samples:
    """The samples of one evaluation. Each is found once, because samples of nested filters refer to each other."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self.variables = variables
        self._found: dict[Sample, Any] = {}

    def find(self, sample: Sample) -> Any:
        """Return the sample."""
        if sample not in self._found:
            self._found[sample] = sample(self)
        return self._found[sample]


@dataclass(frozen=True, slots=True)
class Name:
    """A name in an expression: the number of its tokens, and its spelling among the variables."""

    tokens: int
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """The question for the longest name at a token.

    Attributes:
        candidates: The possible names from the longest to the shortest, each once per spelling.
        sources: Where names may come from, from the innermost scope to the variables.
        is_variable: True if the name can only be that of a variable.
    """

    candidates: tuple[Name, ...]
    sources: tuple[Sample, ...]
    is_variable: bool = False

    def answer(self, samples: Samples, evaluation: Evaluation) -> Name | None:
        """Return the longest name that exists, or None if none does."""
        evaluation.tick(1 + len(self.sources) * len(self.candidates) // _NAMES_PER_UNIT)
        found = [samples.find(source) for source in self.sources]
        for name in self.candidates:
            for sample in found:
                if has_name(sample, name.text):
                    return name
        return None


class Resolver(Protocol):
    """Decides between the readings of a name."""

    def resolve(self, question: Question) -> Name | None:
        """Return the longest name that exists, or None."""
        ...


@dataclass(slots=True)
class Guess:
    """A resolver without variables.

    Attributes:
        accepts: Decides whether a candidate is taken for a name.
        questions: The questions so far.
    """

    accepts: Callable[[Name], bool]
    questions: list[Question] = field(default_factory=list)

    def resolve(self, question: Question) -> Name | None:
        self.questions.append(question)
        return next((name for name in question.candidates if self.accepts(name)), None)


@dataclass(slots=True)
class Lookup:
    """A resolver over variables.

    Attributes:
        answers: The questions so far, with the answers.
    """

    samples: Samples
    evaluation: Evaluation
    answers: list[tuple[Question, Name | None]] = field(default_factory=list)

    def resolve(self, question: Question) -> Name | None:
        answer = question.answer(self.samples, self.evaluation)
        self.answers.append((question, answer))
        return answer


def has_name(sample: Any, name: str) -> bool:
    """Return True if a mapping has the name, or an item of a list."""
    if type(sample) is dict:  # the test by the abstract class takes ten times as long
        return name in sample
    if isinstance(sample, list):
        return any(isinstance(item, dict) and name in item for item in sample[:_MAX_SAMPLED_ITEMS])
    return isinstance(sample, Mapping) and name in sample


def sample_member(sample: Any, name: str) -> Any:
    """Return a sample of the member of a sample."""
    if isinstance(sample, Mapping):
        return sample.get(name)
    if isinstance(sample, list):
        return next(
            (item[name] for item in sample[:_MAX_SAMPLED_ITEMS] if isinstance(item, dict) and name in item), None
        )
    return None


def candidates(tokens: Sequence[Token], start: int) -> tuple[Name, ...]:
    """Return the names of several tokens that may begin at the token, from the longest to the shortest."""
    ends = reversed(list(_ends(tokens, start)))
    return tuple(name for end in ends for name in _spellings(tokens[start:end]))


def _ends(tokens: Sequence[Token], start: int) -> Iterator[int]:
    """Yield the index after the last token of each candidate. A name ends with a word or a number."""
    joined = False
    for index in range(start + 1, min(start + _MAX_TOKENS, len(tokens))):
        token = tokens[index]
        if token.kind == "operator" and token.text in _JOINERS and not joined:
            joined = True
        elif (token.kind == "word" and token.text not in KEYWORDS and token.text != "?") or (
            token.kind == "number" and token.text.isdigit()
        ):
            joined = False
            yield index + 1
        else:
            return


def _spellings(tokens: Sequence[Token]) -> tuple[Name, ...]:
    """Return the name as it is written, without spaces around operators, and with them."""
    written = tokens[0].text
    for before, after in pairwise(tokens):
        written += (" " if after.start > before.end else "") + after.text
    compact = spaced = tokens[0].text
    for before, after in pairwise(tokens):
        is_joint = before.kind == "operator" or after.kind == "operator"
        compact += ("" if is_joint else " ") + after.text
        spaced += " " + after.text
    return tuple(Name(len(tokens), text) for text in dict.fromkeys((written, compact, spaced)))
