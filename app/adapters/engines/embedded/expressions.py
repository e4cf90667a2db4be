"""The expression language: small, side-effect free, and checked when a model is deployed (docs/expressions.md).

Literals, variables, member and index access, arithmetic, comparison, membership, ``and or not`` and a few functions.
There is no loop, no assignment and no call of anything but the functions below, so an evaluation takes no more steps
than the expression has nodes. The text is parsed by Python's own grammar; every node is then checked against an
allow-list, and evaluated here: ``eval`` is never involved.
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any

MAX_LENGTH = 2_000
MAX_NODES = 400
MAX_DEPTH = 40
MAX_TEXT = 65_536
MAX_INTEGER = 2**63


class ExpressionError(Exception):
    """The expression is not valid, or has no value for these variables. The message says why."""


_WRAPPED = re.compile(r"[$#]\{(.*)\}\Z", re.DOTALL)
_TOKEN = re.compile(
    r"""(?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
    r"""|(?P<operator>===|!==|&&|\|\||[=!<>]=|!|=)"""
    r"""|(?P<word>[^\W\d]\w*)|(?P<space>\s+)|(?P<other>.)""",
    re.DOTALL,
)
_WORDS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "mod": "%", "div": "/"}
_OPERATORS = {"&&": " and ", "||": " or ", "!": " not "}
_CONSTANTS = {"true": True, "false": False, "null": None}
# Objects of other engines that common models mention: a variable of that name would never exist here.
_FOREIGN = {
    "token": "the variable's own name (`token` is an object of another engine)",
    "execution": "the variable's own name (`execution` is an object of another engine)",
    "this": "the variable's own name (`this` is an object of another engine)",
}


def _python_source(text: str) -> str:
    """The expression in Python's spelling, without its ``${…}`` or ``= …`` wrapper."""
    text = text.strip()
    single_equals = text.startswith("=")
    if single_equals:
        text = text[1:]
    elif wrapped := _WRAPPED.match(text):
        text = wrapped.group(1)
    pieces = []
    for token in _TOKEN.finditer(text.strip().removesuffix(";")):
        piece = token.group()
        match token.lastgroup:
            case "operator" if piece in ("===", "!=="):
                raise ExpressionError(f"`{piece}` is not an operator here: write `{piece[:2]}`")
            case "operator" if piece == "=":
                if not single_equals:
                    raise ExpressionError("`=` is no comparison: write `==`")
                pieces.append("==")
            case "operator":
                pieces.append(_OPERATORS.get(piece, piece))
            case "word":
                pieces.append(_WORDS.get(piece, piece))
            case "space":
                pieces.append(" ")
            case _:
                pieces.append(piece)
    return "".join(pieces).strip()


def _equal(left: Any, right: Any) -> bool:
    """JSON equality: unlike in Python, true is not 1."""
    if isinstance(left, bool) != isinstance(right, bool):
        return False
    return bool(left == right)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def checked(left: Any, right: Any) -> bool:
        if (_is_number(left) and _is_number(right)) or (isinstance(left, str) and isinstance(right, str)):
            return compare(left, right)
        raise ExpressionError(f"{_kind(left)} and {_kind(right)} have no order")

    return checked


def _contains(container: Any, item: Any) -> bool:
    if isinstance(container, str):
        if not isinstance(item, str):
            raise ExpressionError(f"a text cannot contain {_kind(item)}")
        return item in container
    if isinstance(container, list):
        return any(_equal(each, item) for each in container)
    if isinstance(container, dict):
        return isinstance(item, str) and item in container
    raise ExpressionError(f"{_kind(container)} has no members")


_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: _equal,
    ast.NotEq: lambda left, right: not _equal(left, right),
    ast.Lt: _ordered(operator.lt),
    ast.LtE: _ordered(operator.le),
    ast.Gt: _ordered(operator.gt),
    ast.GtE: _ordered(operator.ge),
    ast.In: lambda left, right: _contains(right, left),
    ast.NotIn: lambda left, right: not _contains(right, left),
}
_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a truth value"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "an object"


def _number(value: Any) -> int | float:
    if _is_number(value):
        return value  # type: ignore[no-any-return]
    if isinstance(value, str) and len(value) <= 40:
        try:
            return int(value) if re.fullmatch(r"[+-]?\d+", value) else float(value)
        except ValueError:
            pass
    raise ExpressionError(f"{_kind(value)} is no number")


def _text(value: Any) -> str:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
    raise ExpressionError(f"{_kind(value)} has no text")


def _size(value: Any) -> int:
    if isinstance(value, str | list | dict):
        return len(value)
    raise ExpressionError(f"{_kind(value)} has no size")


def _only_text(function: Callable[..., Any]) -> Callable[..., Any]:
    def checked(*arguments: Any) -> Any:
        for argument in arguments:
            if not isinstance(argument, str):
                raise ExpressionError(f"a text is needed, not {_kind(argument)}")
        return function(*arguments)

    return checked


def _only_numbers(function: Callable[..., Any]) -> Callable[..., Any]:
    def checked(*arguments: Any) -> Any:
        for argument in arguments:
            if not _is_number(argument):
                raise ExpressionError(f"a number is needed, not {_kind(argument)}")
        return function(*arguments)

    return checked


# name -> (function, least and most arguments)
FUNCTIONS: dict[str, tuple[Callable[..., Any], int, int]] = {
    "size": (_size, 1, 1),
    "number": (_number, 1, 1),
    "string": (_text, 1, 1),
    "lower": (_only_text(str.lower), 1, 1),
    "upper": (_only_text(str.upper), 1, 1),
    "startsWith": (_only_text(str.startswith), 2, 2),
    "endsWith": (_only_text(str.endswith), 2, 2),
    "contains": (_contains, 2, 2),
    "abs": (_only_numbers(abs), 1, 1),
    "round": (_only_numbers(lambda value, digits=0: round(value, int(digits)) if digits else round(value)), 1, 2),
    "min": (_only_numbers(min), 2, 8),
    "max": (_only_numbers(max), 2, 8),
    "now": (lambda: datetime.now(UTC).isoformat(timespec="seconds"), 0, 0),
}
# These take a variable's name itself, and so may name one that does not exist.
_DEFINED = "defined"


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression. ``text`` is what the model says."""

    text: str
    _tree: ast.expr

    @classmethod
    def parse(cls, text: str) -> "Expression":
        """Raises ``ExpressionError`` if the text is not in the language."""
        if len(text) > MAX_LENGTH:
            raise ExpressionError(f"an expression has at most {MAX_LENGTH} characters")
        source = _python_source(text)
        if not source:
            raise ExpressionError("the expression is empty")
        try:
            tree = ast.parse(source, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise ExpressionError(f"`{_short(text)}` is not in the expression language") from None
        _Checker().check(tree, 0)
        return cls(text, tree)

    def evaluate(self, variables: Mapping[str, Any]) -> Any:
        """Its value, a JSON value. Raises ``ExpressionError`` where it has none."""
        try:
            return _evaluate(self._tree, variables)
        except ExpressionError as error:
            raise ExpressionError(f"`{_short(self.text)}`: {error}") from None
        except (ArithmeticError, ValueError, TypeError):
            raise ExpressionError(f"`{_short(self.text)}` has no value") from None

    def is_true(self, variables: Mapping[str, Any]) -> bool:
        """Its value, which must be true or false. Raises ``ExpressionError`` as ``evaluate``."""
        value = self.evaluate(variables)
        if not isinstance(value, bool):
            raise ExpressionError(f"`{_short(self.text)}` is {_kind(value)}, where true or false is needed")
        return value


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 80 else text[:79] + "…"


class _Checker:
    """Walks a tree once, against the allow-list and the limits."""

    def __init__(self) -> None:
        self._nodes = 0

    def check(self, node: ast.expr, depth: int) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            raise ExpressionError("the expression is too large")
        for child in self._children(node):
            self.check(child, depth + 1)

    def _children(self, node: ast.expr) -> list[ast.expr]:
        match node:
            case ast.Constant(value=str() | int() | float() | None):
                return []
            case ast.Name(id=name):
                if name in _FOREIGN:
                    raise ExpressionError(f"write {_FOREIGN[name]}")
                return []
            case ast.Attribute(value=value):
                return [value]
            case ast.Subscript(value=value, slice=index) if not isinstance(index, ast.Slice):
                return [value, index]
            case ast.BoolOp(values=values) | ast.List(elts=values):
                return values
            case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.UAdd(), operand=operand):
                return [operand]
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                return [left, right]
            case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in _COMPARISONS for op in ops):
                return [left, *others]
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return [test, body, orelse]
            case ast.Call(func=function, args=arguments, keywords=[]):
                return self._arguments(function, arguments)
        raise ExpressionError(f"`{_short(ast.unparse(node))}` is not in the expression language")

    @staticmethod
    def _arguments(function: ast.expr, arguments: list[ast.expr]) -> list[ast.expr]:
        if not isinstance(function, ast.Name):
            raise ExpressionError(f"`{_short(ast.unparse(function))}(…)`: there are no methods")
        if function.id == _DEFINED:
            if len(arguments) != 1 or not isinstance(arguments[0], ast.Name | ast.Attribute):
                raise ExpressionError("`defined(…)` takes the name of a variable or member")
            return arguments
        if function.id not in FUNCTIONS:
            raise ExpressionError(f"there is no function `{function.id}`")
        _, least, most = FUNCTIONS[function.id]
        if not least <= len(arguments) <= most:
            raise ExpressionError(f"`{function.id}` takes {least} to {most} arguments")
        return arguments


def _evaluate(node: ast.expr, variables: Mapping[str, Any]) -> Any:  # noqa: PLR0912 - one case per construct
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            if name in variables:
                return variables[name]
            if name in _CONSTANTS:
                return _CONSTANTS[name]
            raise ExpressionError(f"there is no variable `{name}`")
        case ast.Attribute(value=value, attr=member):
            return _member(_evaluate(value, variables), member)
        case ast.Subscript(value=value, slice=index):
            return _member(_evaluate(value, variables), _evaluate(index, variables))
        case ast.BoolOp(op=ast.And(), values=values):
            return all(_truth(value, variables) for value in values)
        case ast.BoolOp(values=values):
            return any(_truth(value, variables) for value in values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _truth(operand, variables)
        case ast.UnaryOp(op=sign, operand=operand):
            value = _evaluate(operand, variables)
            if not _is_number(value):
                raise ExpressionError(f"{_kind(value)} has no sign")
            return -value if isinstance(sign, ast.USub) else value
        case ast.BinOp(left=left, op=op, right=right):
            return _arithmetic(op, _evaluate(left, variables), _evaluate(right, variables))
        case ast.Compare():
            return _compare(node, variables)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _evaluate(body if _truth(test, variables) else orelse, variables)
        case ast.List(elts=items):
            return [_evaluate(item, variables) for item in items]
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _call(name, arguments, variables)
    raise ExpressionError("not in the expression language")


def _truth(node: ast.expr, variables: Mapping[str, Any]) -> bool:
    value = _evaluate(node, variables)
    if isinstance(value, bool):
        return value
    raise ExpressionError(f"{_kind(value)} is neither true nor false")


def _member(value: Any, member: Any) -> Any:
    if isinstance(value, dict) and isinstance(member, str):
        if member in value:
            return value[member]
        raise ExpressionError(f"there is no member `{_short(member)}`")
    if isinstance(value, list) and isinstance(member, int) and not isinstance(member, bool):
        if -len(value) <= member < len(value):
            return value[member]
        raise ExpressionError(f"the list has no item {member}")
    raise ExpressionError(f"{_kind(value)} has no such member")


def _arithmetic(op: ast.operator, left: Any, right: Any) -> Any:
    texts = isinstance(op, ast.Add) and isinstance(left, str) and isinstance(right, str)
    if not texts and not (_is_number(left) and _is_number(right)):
        raise ExpressionError(f"no arithmetic with {_kind(left)} and {_kind(right)}")
    result = _ARITHMETIC[type(op)](left, right)
    if (texts and len(result) > MAX_TEXT) or (isinstance(result, int) and abs(result) > MAX_INTEGER):
        raise ExpressionError("the result is too large")
    if isinstance(result, float) and not isfinite(result):
        raise ExpressionError("the result is not finite")
    return result


def _compare(node: ast.Compare, variables: Mapping[str, Any]) -> bool:
    left = _evaluate(node.left, variables)
    for op, comparator in zip(node.ops, node.comparators, strict=True):
        right = _evaluate(comparator, variables)
        if not _COMPARISONS[type(op)](left, right):
            return False
        left = right
    return True


def _call(name: str, arguments: list[ast.expr], variables: Mapping[str, Any]) -> Any:
    if name == _DEFINED:
        try:
            _evaluate(arguments[0], variables)
        except ExpressionError:
            return False
        return True
    return FUNCTIONS[name][0](*(_evaluate(argument, variables) for argument in arguments))
