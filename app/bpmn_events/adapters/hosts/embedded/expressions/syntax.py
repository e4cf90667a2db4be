"""A recursive-descent parser that compiles the text of an expression into a closure."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from bpmn_events.adapters.hosts.embedded.expressions import closures, values
from bpmn_events.adapters.hosts.embedded.expressions.closures import Closure
from bpmn_events.adapters.hosts.embedded.expressions.functions import FUNCTIONS
from bpmn_events.adapters.hosts.embedded.expressions.tokens import (
    Token,
    literal_number,
    literal_text,
    shorten,
    tokenize,
)
from bpmn_events.adapters.hosts.embedded.expressions.values import ExpressionError

MAX_PARTS = 400
MAX_DEPTH = 40

_CONSTANTS = {"true": True, "false": False, "null": None}
_SPELLINGS = {
    **{"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "mod": "%", "div": "/"},
    **{"===": "==", "!==": "!=", "&&": "and", "||": "or"},
}
_KEYWORDS = frozenset({"and", "or", "not", "in", "if", "then", "else", "empty", *_CONSTANTS, *_SPELLINGS})
_COMPARISONS: dict[str, values.Comparison] = {
    "==": values.equal,
    "!=": lambda left, right, evaluation: not values.equal(left, right, evaluation),
    "<": values.ordering(operator.lt),
    "<=": values.ordering(operator.le),
    ">": values.ordering(operator.gt),
    ">=": values.ordering(operator.ge),
    "in": lambda left, right, evaluation: values.contains(right, left, evaluation),
    "not in": lambda left, right, evaluation: not values.contains(right, left, evaluation),
}
_SUMS: dict[str, Callable[[Any, Any], Any]] = {"+": values.add, "-": values.subtract}
_PRODUCTS: dict[str, Callable[[Any, Any], Any]] = {
    "*": values.multiply,
    "/": values.divide,
    "%": values.remainder,
}
# Objects of other engines that common models use, with their members. Their refusal names the replacement.
_FOREIGN_OBJECTS = {
    "token": frozenset({"current", "history"}),
    "this": frozenset({"current", "history"}),
    "execution": frozenset({"id", "processInstanceId", "processBusinessKey", "variables"}),
}
# This function gets its operand unevaluated: the variable or member may not exist.
_DEFINED = "defined"


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled expression.

    Attributes:
        names: The variables that it reads.
        is_difference: True if it is a subtraction as a whole.
        remark: The reason why a part of it can never be true; None if no such part was found.
    """

    closure: Closure
    names: frozenset[str]
    is_difference: bool
    remark: str | None


def compile_expression(source: str, *, single_equals: bool) -> Compiled:
    """Return the expression as a function of the variables and the circumstances of its evaluation.

    With ``single_equals``, a single ``=`` compares.

    Raises:
        ExpressionError: The text is not in the language, or too large.
    """
    return _Parser(source, single_equals=single_equals).parse()


class _Parser:
    """A parser with one method per level of precedence. Each method returns the closure of the part it reads."""

    def __init__(self, source: str, *, single_equals: bool) -> None:
        self._source = source
        self._single_equals = single_equals
        self._tokens = tokenize(source)
        self._next = 0
        self._depth = 0
        self._names: set[str] = set()
        self._differences: dict[Closure, str] = {}
        self._not_numbers: set[Closure] = set()
        self._remark: str | None = None
        if len(self._tokens) > MAX_PARTS:
            raise ExpressionError("the expression is too large")

    def parse(self) -> Compiled:
        result = self._expression()
        if self._token.kind != "end":
            self._refuse()
        return Compiled(result, frozenset(self._names), result in self._differences, self._remark)

    # --- tokens ---

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    @property
    def _operator(self) -> str:
        """The next operator or keyword in its usual spelling, or an empty text if a literal or the end comes next."""
        token = self._token
        if token.kind not in ("operator", "word"):
            return ""
        if token.text == "=" and self._single_equals:
            return "=="
        return _SPELLINGS.get(token.text, token.text)

    def _take(self, *operators: str) -> str:
        """Consume and return the next token if it is one of these operators, else return an empty text."""
        symbol = self._operator
        if symbol not in operators:
            return ""
        self._next += 1
        return symbol

    def _expect(self, symbol: str) -> None:
        if not self._take(symbol):
            self._refuse()

    def _refuse(self) -> NoReturn:
        token = self._token
        if token.text == "=":
            raise ExpressionError("`=` is no comparison: write `==`")
        place = f"at `{self._source[token.position :][:20]}`" if token.kind != "end" else "at its end"
        raise ExpressionError(f"`{shorten(self._source)}` is not in the expression language ({place})")

    # --- levels of precedence ---

    def _expression(self) -> Closure:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError("the expression is nested too deeply")
        result = self._conditional()
        self._depth -= 1
        return result

    def _conditional(self) -> Closure:
        if self._take("if"):
            condition = self._expression()
            self._expect("then")
            consequent = self._expression()
            self._expect("else")
            return closures.conditional(condition, consequent, self._expression())
        condition = self._disjunction()
        if not self._take("?"):
            return condition
        consequent = self._expression()
        self._expect(":")
        return closures.conditional(condition, consequent, self._expression())

    def _disjunction(self) -> Closure:
        parts = [self._conjunction()]
        while self._take("or"):
            parts.append(self._conjunction())
        self._remark_operands(parts)
        return parts[0] if len(parts) == 1 else closures.disjunction(parts)

    def _conjunction(self) -> Closure:
        parts = [self._negation()]
        while self._take("and"):
            parts.append(self._negation())
        self._remark_operands(parts)
        return parts[0] if len(parts) == 1 else closures.conjunction(parts)

    def _remark_operands(self, operands: list[Closure]) -> None:
        """Remark on the operands of ``and`` and ``or`` that are differences."""
        for operand in operands if len(operands) > 1 else ():
            self._remark_difference(operand, "which is neither true nor false")

    def _negation(self) -> Closure:
        """Read ``not`` and its operand. It binds loosely: ``not a == b`` is ``not (a == b)``. ``!`` binds tightly."""
        negations = 0
        while self._take("not"):
            negations += 1
        operand = self._comparison()
        return operand if negations == 0 else closures.negation(operand, odd=negations % 2 == 1)

    def _comparison(self) -> Closure:
        left = self._sum()
        compare = self._comparison_operator()
        if compare is None:
            return left
        right = self._sum()
        if self._comparison_operator() is not None:
            raise ExpressionError("comparisons cannot be chained: join them with `and`")
        for operand, other in ((left, right), (right, left)):
            if other in self._not_numbers:
                self._remark_difference(operand, "which is never equal to another kind of value")
        return closures.comparison(left, compare, right)

    def _remark_difference(self, operand: Closure, fate: str) -> None:
        """Remark on an operand that is a difference where a number makes no sense. A name was meant, most likely."""
        if operand in self._differences:
            difference = f"`{shorten(self._differences[operand])}` is a difference, {fate}"
            self._remark = f"{difference}: to read a variable of this name, write it in backticks"

    def _comparison_operator(self) -> values.Comparison | None:
        symbol = self._take(*_COMPARISONS)
        if not symbol and self._operator == "not":
            self._next += 1
            self._expect("in")
            symbol = "not in"
        return _COMPARISONS[symbol] if symbol else None

    def _sum(self) -> Closure:
        begin = self._token.position
        first = self._product()
        operations = []
        while symbol := self._take("+", "-"):
            operations.append((_SUMS[symbol], self._product()))
        result = closures.chain(first, operations)
        if operations and operations[-1][0] is values.subtract:
            self._differences[result] = self._source[begin : self._token.position].strip()
        return result

    def _product(self) -> Closure:
        first = self._unary()
        operations = []
        while symbol := self._take("*", "/", "%"):
            operations.append((_PRODUCTS[symbol], self._unary()))
        return closures.chain(first, operations)

    def _unary(self) -> Closure:
        symbols = []
        while symbol := self._take("-", "+", "!", "empty"):
            symbols.append(symbol)
            if len(symbols) > MAX_DEPTH:
                raise ExpressionError("the expression is nested too deeply")
        operand = self._postfix()
        for symbol in reversed(symbols):
            operand = closures.unary(symbol, operand)
        return operand

    def _postfix(self) -> Closure:
        token = self._token
        if token.kind == "word" and token.text not in _KEYWORDS:
            self._next += 1
            if self._take("("):
                result = self._call(token.text)
            else:
                self._refuse_foreign_object(token.text)
                result = self._variable(token.text)
        elif token.kind == "quoted":
            self._next += 1
            result = self._variable(_name_in(token))
        else:
            result = self._primary()
        while symbol := self._take(".", "["):
            if symbol == "[":
                result = closures.member(result, self._expression())
                self._expect("]")
                continue
            name = self._token
            if name.kind not in ("word", "quoted"):
                self._refuse()
            self._next += 1
            if self._operator == "(":
                raise ExpressionError(f"`{name.text}(…)`: there are no methods")
            result = closures.member(result, closures.constant(_name_in(name)))
        return result

    def _variable(self, name: str) -> Closure:
        self._names.add(name)
        return closures.variable(name)

    def _refuse_foreign_object(self, name: str) -> None:
        if name in _FOREIGN_OBJECTS and self._operator == ".":
            member = self._tokens[self._next + 1].text
            if member in _FOREIGN_OBJECTS[name]:
                raise ExpressionError(
                    f"`{name}.{member}` is an object of another engine: write the variable's own name instead"
                )

    def _primary(self) -> Closure:
        token = self._token
        self._next += 1
        match token.kind:
            case "number":
                return closures.constant(literal_number(token.text))
            case "text":
                return self._not_number(closures.constant(literal_text(token.text)))
            case "word" if token.text in _CONSTANTS:
                return self._not_number(closures.constant(_CONSTANTS[token.text]))
            case "operator" if token.text == "(":
                inner = self._expression()
                self._expect(")")
                return inner
            case "operator" if token.text == "[":
                return self._not_number(closures.list_literal(self._items("]")))
            case "operator" if token.text == "{":
                return self._object()
        self._next -= 1
        self._refuse()

    def _not_number(self, operand: Closure) -> Closure:
        self._not_numbers.add(operand)
        return operand

    def _items(self, end: str) -> list[Closure]:
        items: list[Closure] = []
        if self._take(end):
            return items
        while True:
            items.append(self._expression())
            if self._take(end):
                return items
            self._expect(",")

    def _object(self) -> Closure:
        members: dict[str, Closure] = {}
        if self._take("}"):
            return closures.object_literal(members)
        while True:
            token = self._token
            if token.kind not in ("word", "text", "quoted"):
                self._refuse()
            self._next += 1
            self._expect(":")
            name = literal_text(token.text) if token.kind == "text" else _name_in(token)
            members[name] = self._expression()
            if self._take("}"):
                return closures.object_literal(members)
            self._expect(",")

    def _call(self, name: str) -> Closure:
        if name == _DEFINED:
            return self._defined()
        function = FUNCTIONS.get(name)
        if function is None:
            raise ExpressionError(f"there is no function `{name}`")
        arguments = self._items(")")
        if not function.min_args <= len(arguments) <= function.max_args:
            minimum, maximum = function.min_args, function.max_args
            numbers = str(minimum) if minimum == maximum else f"{minimum} to {maximum}"
            raise ExpressionError(f"`{name}` takes {numbers} arguments")
        return closures.call(function.call, arguments)

    def _defined(self) -> Closure:
        is_name = self._token.kind == "word" and self._token.text not in _KEYWORDS
        if not is_name and self._token.kind != "quoted":
            raise ExpressionError("`defined(…)` takes the name of a variable or member")
        names = set(self._names)
        operand = self._postfix()
        self._names = names  # to ask for a variable is not to need it
        self._expect(")")
        return closures.is_defined(operand)


def _name_in(token: Token) -> str:
    """Return the name of a word, or of a name in backticks."""
    return token.text[1:-1] if token.kind == "quoted" else token.text
