"""A recursive-descent parser of FEEL expressions (DMN 1.5, section 10.3.1.2), which compiles them into closures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bpmn_events.adapters.hosts.embedded.expressions.feel import arithmetic, closures, names, temporal
from bpmn_events.adapters.hosts.embedded.expressions.feel.closures import Closure
from bpmn_events.adapters.hosts.embedded.expressions.feel.comparison import COMPARISONS
from bpmn_events.adapters.hosts.embedded.expressions.feel.functions import BUILTINS, bind
from bpmn_events.adapters.hosts.embedded.expressions.feel.names import KEYWORDS, Name, Resolver, Sample
from bpmn_events.adapters.hosts.embedded.expressions.feel.scopes import Scopes, member_of
from bpmn_events.adapters.hosts.embedded.expressions.feel.token_reader import TokenReader
from bpmn_events.adapters.hosts.embedded.expressions.feel.tokens import Token, literal_text
from bpmn_events.adapters.hosts.embedded.expressions.feel.type_syntax import read_type
from bpmn_events.adapters.hosts.embedded.expressions.feel.values import parse_number
from bpmn_events.adapters.hosts.embedded.expressions.values import ExpressionError

MAX_DEPTH = 40
_LITERALS = {"true": True, "false": False, "null": None}
# The levels of precedence of the operators, from the lowest.
_COMPARISON, _SUM = 3, 4
_JOINS: dict[int, tuple[str, Callable[[list[Closure]], Closure]]] = {
    1: ("or", closures.disjunction),
    2: ("and", closures.conjunction),
}
_ARITHMETIC: dict[int, dict[str, closures.Operation]] = {
    _SUM: {"+": arithmetic.add, "-": arithmetic.subtract},
    5: {"*": arithmetic.multiply, "/": arithmetic.divide},
    6: {"**": arithmetic.power},
}
_LEVELS = {
    **{word: level for level, (word, _) in _JOINS.items()},
    **dict.fromkeys((*COMPARISONS, "between", "in"), _COMPARISON),
    **{symbol: level for level, operations in _ARITHMETIC.items() for symbol in operations},
}
_PRESENCE = frozenset({"defined", "is defined"})
_FUNCTION_NAMES = _PRESENCE | BUILTINS.keys()
_LONGEST_FUNCTION_NAME = max(name.count(" ") for name in _FUNCTION_NAMES) + 1
# The functions whose results have items of their first argument.
_SELECTIONS = frozenset(
    {"sort", "sublist", "append", "concatenate", "insert before", "remove", "reverse", "union", "distinct values"}
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an expression.

    Attributes:
        sample: Finds a value like that of the part without its evaluation, for the names of its members.
        presence: True if the variable or member that the part names exists; None for a part of another kind.
    """

    closure: Closure
    sample: Sample | None = None
    presence: Closure | None = None


class Parser:
    """A parser with one method for each kind of part. Each method returns the part that it reads.

    ``variables`` are the names that it has read and found nowhere in the expression.
    """

    def __init__(self, source: str, tokens: Sequence[Token], resolver: Resolver) -> None:
        self.variables: set[str] = set()
        self._reader = TokenReader(source, tokens)
        self._resolver = resolver
        self._scopes = Scopes()
        self._depth = 0

    def parse(self) -> Closure:
        """Return the closure of the whole expression.

        Raises:
            ExpressionError: The text is no FEEL expression, or nested too deeply.
        """
        result = self._expression()
        if self._reader.next.kind != "end":
            self._reader.refuse()
        return result.closure

    # --- operators ---

    def _expression(self) -> Part:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError("the expression is nested too deeply")
        if self._reader.take("if"):
            result = self._conditional()
        elif self._reader.is_next("for"):
            result = self._loop()
        elif self._reader.is_next("some", "every"):
            result = self._quantified()
        else:
            result = self._operation()
        self._depth -= 1
        return result

    def _operation(self, lowest: int = 1) -> Part:
        """Read operands joined by operators of at least this level."""
        left = self._negation()
        while True:
            token = self._reader.next
            level = _LEVELS.get(token.text, 0) if token.kind in ("operator", "word") else 0
            if level < max(lowest, 1):
                return left
            left = self._applied(left, level)

    def _applied(self, left: Part, level: int) -> Part:
        """Read the operators of this level that follow the operand, and their other operands."""
        if level in _JOINS:
            word, join = _JOINS[level]
            parts = [left.closure]
            while self._reader.take(word):
                parts.append(self._operation(level + 1).closure)
            return Part(join(parts))
        if level == _COMPARISON:
            return self._compared(left)
        steps = []
        operations = _ARITHMETIC[level]
        while symbol := self._reader.take(*operations):
            steps.append((operations[symbol], self._operation(level + 1).closure))
        return Part(closures.chain(left.closure, steps))

    def _compared(self, left: Part) -> Part:
        if symbol := self._reader.take(*COMPARISONS):
            return Part(closures.compared(left.closure, COMPARISONS[symbol], self._operation(_SUM).closure))
        if self._reader.take("between"):
            low = self._operation(_SUM).closure
            self._reader.expect("and")
            return Part(closures.between(left.closure, low, self._operation(_SUM).closure))
        self._reader.expect("in")
        return Part(closures.satisfies(left.closure, self._tests()))

    def _negation(self) -> Part:
        signs = 0
        while self._reader.take("-"):
            signs += 1
            if signs > MAX_DEPTH:
                raise ExpressionError("the expression is nested too deeply")
        operand = self._instance_of()
        for _ in range(signs):
            operand = Part(closures.unary(arithmetic.negate, operand.closure))
        return operand

    def _instance_of(self) -> Part:
        operand = self._postfix()
        while self._reader.is_next("instance") and self._reader.peek().text == "of":
            self._reader.position += 2
            operand = Part(closures.unary(read_type(self._reader, MAX_DEPTH - self._depth), operand.closure))
        return operand

    def _postfix(self) -> Part:
        part = self._primary()
        while True:
            if self._reader.is_next("[") and self._reader.begins_expression(self._reader.peek()):
                part = self._filter(part)
            elif self._reader.is_next(".") and self._reader.peek().kind in ("word", "quoted"):
                part = self._member(part)
            elif self._reader.take("("):
                arguments, given = self._arguments()
                part = Part(closures.invocation(part.closure, [argument.closure for argument in arguments], given))
            else:
                return part

    def _filter(self, container: Part) -> Part:
        self._reader.expect("[")
        with self._scopes.filter(container.sample):
            test = self._expression().closure
        self._reader.expect("]")
        closure = closures.filtered(container.closure, test)
        return Part(closure, container.sample, closures.is_not_null(closure))

    def _member(self, container: Part) -> Part:
        self._reader.expect(".")
        name = self._member_name(container.sample)
        return Part(
            closures.member(container.closure, name),
            member_of(container.sample, name),
            closures.has_member(container.closure, name),
        )

    def _member_name(self, sample: Sample | None) -> str:
        token = self._reader.next
        if token.kind == "quoted":
            return self._reader.quoted_name()
        for end in (3, 2):
            words = [self._reader.peek(offset).text for offset in range(end)]
            if " ".join(words) in temporal.LONG_PROPERTIES:
                self._reader.position += end
                return " ".join(words)
        longer = names.candidates(self._reader.tokens, self._reader.position)
        found = self._resolve(names.Question(longer, (sample,) if sample else ())) if longer else None
        self._reader.position += 1 if found is None else found.tokens
        return token.text if found is None else found.text

    def _resolve(self, question: names.Question) -> Name | None:
        return self._resolver.resolve(question)

    # --- primary expressions ---

    def _primary(self) -> Part:
        token = self._reader.next
        match token.kind:
            case "number":
                self._reader.position += 1
                value = parse_number(token.text)
                if value is None:
                    raise ExpressionError(f"the number {token.text[:20]} is too large")
                return Part(closures.constant(value))
            case "text":
                self._reader.position += 1
                return Part(closures.constant(literal_text(token.text)))
            case "at":
                return self._temporal_literal(token)
            case "quoted":
                return self._variable(self._reader.quoted_name())
            case "word":
                return self._word(token)
            case "operator":
                return self._bracketed()
        self._reader.refuse()

    def _temporal_literal(self, token: Token) -> Part:
        self._reader.position += 1
        text = literal_text(token.text[1:].lstrip())
        value = temporal.parse_literal(text)
        if value is None:
            raise ExpressionError(f'`@"{text[:40]}"` is no date, time or duration')
        return Part(closures.constant(value))

    def _word(self, token: Token) -> Part:
        if token.text in _LITERALS:
            self._reader.position += 1
            return Part(closures.constant(_LITERALS[token.text]))
        if token.text == "function" and self._reader.peek().text == "(":
            return self._function_literal()
        function = self._function_name()
        if function is not None:
            return self._presence() if function in _PRESENCE else self._call(function)
        if token.text in KEYWORDS:
            self._reader.refuse()
        return self._name(token)

    def _name(self, token: Token) -> Part:
        """Read the longest name that exists: of the expression itself, of the items of a filter, or of a variable."""
        longer = names.candidates(self._reader.tokens, self._reader.position)
        found = self._scopes.longest(longer)
        longer = tuple(name for name in longer if found is None or name.tokens > found.tokens)
        if longer:
            found = self._resolve(self._scopes.question(longer)) or found
        self._reader.position += 1 if found is None else found.tokens
        name = token.text if found is None else found.text
        if self._reader.is_next("(") and self._scopes.find(name) is None:
            raise ExpressionError(f"there is no function `{name}`")
        return self._variable(name)

    def _variable(self, name: str) -> Part:
        if self._scopes.find(name) is None and not self._scopes.in_filter:
            self.variables.add(name)
        return Part(closures.variable(name), self._scopes.sample(name), closures.is_variable(name))

    def _bracketed(self) -> Part:
        if self._reader.take("("):
            return self._parenthesized()
        if self._reader.take("["):
            return self._list_or_range()
        if self._reader.take("]"):
            low = self._expression()
            self._reader.expect("..")
            return self._range_after(low, low_included=False)
        if self._reader.take("{"):
            return self._context()
        self._reader.refuse()

    def _parenthesized(self) -> Part:
        if symbol := self._reader.take(*COMPARISONS):
            test = self._unary_test(symbol)
            self._reader.expect(")")
            return Part(test)
        inner = self._expression()
        if self._reader.take(".."):
            return self._range_after(inner, low_included=False)
        self._reader.expect(")")
        return inner

    def _list_or_range(self) -> Part:
        if self._reader.take("]"):
            return Part(closures.list_literal([]))
        parts = [self._expression()]
        if self._reader.take(".."):
            return self._range_after(parts[0], low_included=True)
        while self._reader.take(","):
            parts.append(self._expression())
        self._reader.expect("]")
        samples = [part.sample for part in parts if part.sample is not None]
        return Part(
            closures.list_literal([part.closure for part in parts]),
            (lambda found: [found.find(sample) for sample in samples]) if samples else None,
        )

    def _range_after(self, low: Part, *, low_included: bool) -> Part:
        high = self._expression()
        end = self._reader.take("]", ")", "[")
        if not end:
            self._reader.refuse()
        return Part(closures.interval(low.closure, high.closure, low_included=low_included, high_included=end == "]"))

    def _context(self) -> Part:
        entries: list[tuple[str, Closure]] = []
        samples: dict[str, Sample | None] = {}
        with self._scopes.names({}) as frame:
            while not self._reader.take("}"):
                if entries:
                    self._reader.expect(",")
                name = self._entry_name()
                if name in samples:
                    raise ExpressionError(f"the entry `{name}` occurs twice in a context")
                part = self._expression()
                entries.append((name, part.closure))
                frame.names[name] = samples[name] = part.sample
        return Part(
            closures.context_literal(entries),
            lambda found: {name: sample and found.find(sample) for name, sample in samples.items()},
        )

    def _entry_name(self) -> str:
        token = self._reader.next
        if token.kind == "text":
            self._reader.position += 1
            name = literal_text(token.text)
        else:
            name = self._reader.declared_name(":")
        self._reader.expect(":")
        return name

    # --- textual expressions ---

    def _conditional(self) -> Part:
        test = self._expression().closure
        self._reader.expect("then")
        then = self._expression()
        self._reader.expect("else")
        otherwise = self._expression().closure
        return Part(closures.conditional(test, then.closure, otherwise), then.sample)

    def _loop(self) -> Part:
        self._reader.expect("for")
        with self._scopes.names({"partial": None}) as partial, self._scopes.names({}) as frame:
            iterators = self._iterators(frame.names)
            self._reader.expect("return")
            body = self._expression()
        loop = closures.loop(iterators, body.closure, uses_partial="partial" in partial.used)
        return Part(loop, body.sample)

    def _quantified(self) -> Part:
        every = self._reader.take("some", "every") == "every"
        with self._scopes.names({}) as frame:
            iterators = self._iterators(frame.names)
            self._reader.expect("satisfies")
            test = self._expression().closure
        return Part(closures.quantified(iterators, test, every=every))

    def _iterators(self, defined: dict[str, Sample | None]) -> list[tuple[str, Closure]]:
        iterators = []
        while True:
            name = self._reader.declared_name("in")
            self._reader.expect("in")
            domain = self._expression()
            closure = domain.closure
            if self._reader.take(".."):
                closure = closures.interval(closure, self._expression().closure, low_included=True, high_included=True)
            iterators.append((name, closure))
            defined[name] = domain.sample
            if not self._reader.take(","):
                return iterators

    # --- tests of `in` ---

    def _tests(self) -> list[Closure]:
        with self._scopes.names({"?": None}):
            if not self._reader.is_next("("):
                return [self._test()]
            self._reader.expect("(")
            first = self._test()
            if self._reader.take(".."):
                return [self._range_after(Part(first), low_included=False).closure]
            tests = [first]
            while self._reader.take(","):
                tests.append(self._test())
            self._reader.expect(")")
        return tests

    def _test(self) -> Closure:
        if self._reader.take("="):
            return self._operation(_SUM).closure
        if symbol := self._reader.take(*COMPARISONS):
            return self._unary_test(symbol)
        with self._scopes.names({"?": None}) as frame:
            test = self._expression() if self._in_parentheses() else self._operation(_SUM)
        return closures.holds_of_operand(test.closure) if "?" in frame.used else test.closure

    def _in_parentheses(self) -> bool:
        return self._reader.position > 0 and self._reader.tokens[self._reader.position - 1].text in ("(", ",")

    def _unary_test(self, symbol: str) -> Closure:
        operand = self._operation(_SUM).closure
        if symbol == "!=":
            return closures.other_than(operand)
        bound = closures.constant(None)
        is_equal = "=" in symbol
        if symbol == "=":
            return closures.interval(operand, operand, low_included=True, high_included=True)
        if symbol.startswith("<"):
            return closures.interval(bound, operand, low_included=False, high_included=is_equal)
        return closures.interval(operand, bound, low_included=is_equal, high_included=False)

    # --- functions ---

    def _function_name(self) -> str | None:
        """Return the name of the built-in function that is called here, and consume it; None if none is."""
        words: list[str] = []
        found = None
        for offset in range(_LONGEST_FUNCTION_NAME):
            token = self._reader.peek(offset)
            if token.kind != "word":
                break
            words.append(token.text)
            if self._reader.peek(offset + 1).text == "(" and " ".join(words) in _FUNCTION_NAMES:
                found = " ".join(words)
        if found is None or self._scopes.find(found) is not None:
            return None
        self._reader.position += found.count(" ") + 1
        return found

    def _call(self, name: str) -> Part:
        self._reader.expect("(")
        arguments, given = self._arguments()
        call = bind(name, len(arguments), given)
        sample = arguments[0].sample if arguments and name in _SELECTIONS else None
        return Part(closures.builtin(call, [argument.closure for argument in arguments]), sample)

    def _arguments(self) -> tuple[list[Part], list[str] | None]:
        """Return the arguments after an opening parenthesis, and their names if they have names."""
        arguments: list[Part] = []
        given: list[str] = []
        while not self._reader.take(")"):
            if arguments:
                self._reader.expect(",")
            if (end := self._end_of_argument_name()) is not None:
                given.append(self._reader.spelled(end))
                self._reader.expect(":")
            arguments.append(self._expression())
        if given and len(set(given)) != len(arguments):
            raise ExpressionError("either all arguments of a call have names, or none")
        return arguments, given or None

    def _end_of_argument_name(self) -> int | None:
        end = self._reader.position
        while self._reader.tokens[end].kind == "word":
            end += 1
        is_name = end > self._reader.position and self._reader.tokens[end].text == ":"
        return end if is_name else None

    def _presence(self) -> Part:
        self._reader.expect("(")
        variables = set(self.variables)
        operand = self._expression()
        self.variables = variables  # to ask for a variable is not to need it
        self._reader.expect(")")
        if operand.presence is None:
            raise ExpressionError("`defined(…)` takes the name of a variable or member")
        return Part(operand.presence)

    def _function_literal(self) -> Part:
        start = self._reader.position
        self._reader.position += 1
        self._reader.expect("(")
        parameters: list[str] = []
        while not self._reader.take(")"):
            if parameters:
                self._reader.expect(",")
            parameters.append(self._reader.declared_name(":", ",", ")"))
            if self._reader.take(":"):
                read_type(self._reader, MAX_DEPTH - self._depth)
        if len(set(parameters)) != len(parameters):
            raise ExpressionError("two parameters of a function have the same name")
        if self._reader.is_next("external"):
            raise ExpressionError("functions of other languages (`external`) are not supported")
        with self._scopes.names(dict.fromkeys(parameters)):
            body = self._expression().closure
        size = self._reader.position - start
        return Part(closures.function_literal(tuple(parameters), body, size))
