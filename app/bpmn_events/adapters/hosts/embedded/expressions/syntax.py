"""From the text of an expression to a closure that computes it: a precedence-climbing parser."""

import operator
from collections.abc import Callable
from typing import Any, NoReturn

from bpmn_events.adapters.hosts.embedded.expressions import closures, values
from bpmn_events.adapters.hosts.embedded.expressions.closures import Compiled
from bpmn_events.adapters.hosts.embedded.expressions.functions import FUNCTIONS
from bpmn_events.adapters.hosts.embedded.expressions.tokens import (
    Token,
    literal_number,
    literal_text,
    shortened,
    tokens_of,
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
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": values.equal,
    "!=": lambda left, right: not values.equal(left, right),
    "<": values.ordered(operator.lt),
    "<=": values.ordered(operator.le),
    ">": values.ordered(operator.gt),
    ">=": values.ordered(operator.ge),
    "in": lambda left, right: values.contains(right, left),
    "not in": lambda left, right: not values.contains(right, left),
}
_SUMS: dict[str, Callable[[Any, Any], Any]] = {"+": values.added, "-": values.subtracted}
_PRODUCTS: dict[str, Callable[[Any, Any], Any]] = {
    "*": values.multiplied,
    "/": values.divided,
    "%": values.remainder,
}
# Objects of other engines that common models mention, by the members they use.
_FOREIGN = {
    "token": frozenset({"current", "history"}),
    "this": frozenset({"current", "history"}),
    "execution": frozenset({"id", "processInstanceId", "processBusinessKey", "variables"}),
}
# This takes a variable or member itself, and so may name one that does not exist.
_DEFINED = "defined"


def compile_expression(source: str, *, single_equals: bool) -> Compiled:
    """The expression as a function of the variables and the present time.

    Raises:
        ExpressionError: the text is not in the language, or too large.
    """
    return _Parser(source, single_equals=single_equals).whole()


class _Parser:
    """Each method reads one level of precedence, from the loosest to the tightest, and answers its closure."""

    def __init__(self, source: str, *, single_equals: bool) -> None:
        self._source = source
        self._single_equals = single_equals
        self._tokens = tokens_of(source)
        self._next = 0
        self._depth = 0
        if len(self._tokens) > MAX_PARTS:
            raise ExpressionError("the expression is too large")

    def whole(self) -> Compiled:
        result = self._expression()
        if self._token.kind != "end":
            self._refuse()
        return result

    # --- reading ---

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    @property
    def _operator(self) -> str:
        """The operator or keyword that comes next, in its usual spelling; empty if there is none."""
        token = self._token
        if token.kind not in ("operator", "word"):
            return ""
        if token.text == "=" and self._single_equals:
            return "=="
        return _SPELLINGS.get(token.text, token.text)

    def _take(self, *operators: str) -> str:
        """Read one of these operators, if it comes next; else answer an empty text."""
        found = self._operator
        if found not in operators:
            return ""
        self._next += 1
        return found

    def _expect(self, wanted: str) -> None:
        if not self._take(wanted):
            self._refuse()

    def _refuse(self) -> NoReturn:
        token = self._token
        if token.text == "=":
            raise ExpressionError("`=` is no comparison: write `==`")
        place = f"at `{self._source[token.position :][:20]}`" if token.kind != "end" else "at its end"
        raise ExpressionError(f"`{shortened(self._source)}` is not in the expression language ({place})")

    # --- levels of precedence ---

    def _expression(self) -> Compiled:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError("the expression is nested too deeply")
        result = self._choice()
        self._depth -= 1
        return result

    def _choice(self) -> Compiled:
        if self._take("if"):
            condition = self._expression()
            self._expect("then")
            chosen = self._expression()
            self._expect("else")
            return closures.chosen(condition, chosen, self._expression())
        condition = self._any()
        if not self._take("?"):
            return condition
        chosen = self._expression()
        self._expect(":")
        return closures.chosen(condition, chosen, self._expression())

    def _any(self) -> Compiled:
        parts = [self._all()]
        while self._take("or"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else closures.disjunction(parts)

    def _all(self) -> Compiled:
        parts = [self._negation()]
        while self._take("and"):
            parts.append(self._negation())
        return parts[0] if len(parts) == 1 else closures.conjunction(parts)

    def _negation(self) -> Compiled:
        """``not`` binds loosely: ``not a == b`` is ``not (a == b)``. The ``!`` of other languages binds tightly."""
        negations = 0
        while self._take("not"):
            negations += 1
        compared = self._comparison()
        return compared if negations == 0 else closures.negated(compared, odd=negations % 2 == 1)

    def _comparison(self) -> Compiled:
        left = self._sum()
        compare = self._comparison_operator()
        if compare is None:
            return left
        right = self._sum()
        if self._comparison_operator() is not None:
            raise ExpressionError("comparisons cannot be chained: join them with `and`")
        return lambda variables, now: compare(left(variables, now), right(variables, now))

    def _comparison_operator(self) -> Callable[[Any, Any], bool] | None:
        found = self._take(*_COMPARISONS)
        if not found and self._operator == "not":
            self._next += 1
            self._expect("in")
            found = "not in"
        return _COMPARISONS[found] if found else None

    def _sum(self) -> Compiled:
        first = self._product()
        rest = []
        while found := self._take("+", "-"):
            rest.append((_SUMS[found], self._product()))
        return closures.chain(first, rest)

    def _product(self) -> Compiled:
        first = self._signed()
        rest = []
        while found := self._take("*", "/", "%"):
            rest.append((_PRODUCTS[found], self._signed()))
        return closures.chain(first, rest)

    def _signed(self) -> Compiled:
        signs = []
        while found := self._take("-", "+", "!", "empty"):
            signs.append(found)
            if len(signs) > MAX_DEPTH:
                raise ExpressionError("the expression is nested too deeply")
        operand = self._postfix()
        for sign in reversed(signs):
            operand = closures.signed(sign, operand)
        return operand

    def _postfix(self) -> Compiled:
        token = self._token
        if token.kind == "word" and token.text not in _KEYWORDS:
            self._next += 1
            if self._take("("):
                result = self._call(token.text)
            else:
                self._check_foreign(token.text)
                result = closures.variable(token.text)
        else:
            result = self._primary()
        while found := self._take(".", "["):
            if found == "[":
                result = closures.member(result, self._expression())
                self._expect("]")
                continue
            name = self._token
            if name.kind != "word":
                self._refuse()
            self._next += 1
            if self._operator == "(":
                raise ExpressionError(f"`{name.text}(…)`: there are no methods")
            result = closures.member(result, closures.constant(name.text))
        return result

    def _check_foreign(self, name: str) -> None:
        if name in _FOREIGN and self._operator == ".":
            after = self._tokens[self._next + 1].text
            if after in _FOREIGN[name]:
                raise ExpressionError(
                    f"`{name}.{after}` is an object of another engine: write the variable's own name instead"
                )

    def _primary(self) -> Compiled:
        token = self._token
        self._next += 1
        match token.kind:
            case "number":
                return closures.constant(literal_number(token.text))
            case "text":
                return closures.constant(literal_text(token.text))
            case "word" if token.text in _CONSTANTS:
                return closures.constant(_CONSTANTS[token.text])
            case "operator" if token.text == "(":
                inner = self._expression()
                self._expect(")")
                return inner
            case "operator" if token.text == "[":
                return closures.list_of(self._items("]"))
            case "operator" if token.text == "{":
                return self._object()
        self._next -= 1
        self._refuse()

    def _items(self, end: str) -> list[Compiled]:
        items: list[Compiled] = []
        if self._take(end):
            return items
        while True:
            items.append(self._expression())
            if self._take(end):
                return items
            self._expect(",")

    def _object(self) -> Compiled:
        members: dict[str, Compiled] = {}
        if self._take("}"):
            return closures.object_of(members)
        while True:
            token = self._token
            if token.kind not in ("word", "text"):
                self._refuse()
            self._next += 1
            self._expect(":")
            name = token.text if token.kind == "word" else literal_text(token.text)
            members[name] = self._expression()
            if self._take("}"):
                return closures.object_of(members)
            self._expect(",")

    def _call(self, name: str) -> Compiled:
        if name == _DEFINED:
            return self._defined()
        function = FUNCTIONS.get(name)
        if function is None:
            raise ExpressionError(f"there is no function `{name}`")
        arguments = self._items(")")
        if not function.least <= len(arguments) <= function.most:
            numbers = str(function.least) if function.least == function.most else f"{function.least} to {function.most}"
            raise ExpressionError(f"`{name}` takes {numbers} arguments")
        call = function.call
        return lambda variables, now: call(now, *(argument(variables, now) for argument in arguments))

    def _defined(self) -> Compiled:
        if self._token.kind != "word" or self._token.text in _KEYWORDS:
            raise ExpressionError("`defined(…)` takes the name of a variable or member")
        operand = self._postfix()
        self._expect(")")
        return closures.defined(operand)
