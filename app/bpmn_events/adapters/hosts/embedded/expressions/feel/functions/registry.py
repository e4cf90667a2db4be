"""The declaration of built-in functions, and the coercion of their arguments (DMN 1.5, section 10.3.2.9.4)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.feel.values import Run, kind_of, to_number
from bpmn_events.adapters.hosts.embedded.expressions.values import ExpressionError

_DURATIONS = frozenset({"days and time duration", "years and months duration"})
_TYPES: dict[str, frozenset[str]] = {
    **{name: frozenset({name}) for name in ("number", "string", "boolean", "context", "date", "time", "function")},
    "datetime": frozenset({"date", "date and time"}),
    "duration": _DURATIONS,
    "quantity": _DURATIONS | {"number"},
    "place": frozenset({"number", "function"}),
}
_FAILED = object()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a built-in function.

    Attributes:
        kinds: The kinds of values that it accepts; None for any value, null included.
        is_list: True if it takes a list. A value that is no list counts as a list of it.
        nullable: True if null is a value for it.
        optional: True if it may be left out.
    """

    name: str
    kinds: frozenset[str] | None
    is_list: bool
    nullable: bool
    optional: bool

    @classmethod
    def parse(cls, text: str) -> "Parameter":
        """Return the parameter of a declaration such as ``length: number?`` or ``delimiter: string|null``."""
        name, _, kind = text.partition(": ")
        optional, kind = kind.endswith("?"), kind.removesuffix("?")
        nullable, kind = kind.endswith("|null"), kind.removesuffix("|null")
        return cls(name, _TYPES.get(kind), kind == "list", nullable, optional)

    def coerce(self, value: Any) -> Any:
        """Return the value as the function takes it, or ``_FAILED`` if it is of another type."""
        if self.is_list:
            if value is None:
                return None if self.nullable else _FAILED
            return value if isinstance(value, list) else [value]
        if self.kinds is None:
            return value
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        kind = kind_of(value)
        if kind in self.kinds:
            return to_number(value) if kind == "number" else value
        return None if value is None and (self.nullable or self.optional) else _FAILED


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a built-in function. A variadic one takes the items of its list also as single arguments."""

    parameters: tuple[Parameter, ...]
    call: Callable[..., Any]
    variadic: bool

    @property
    def required(self) -> int:
        return sum(not parameter.optional for parameter in self.parameters)

    def takes(self, count: int, names: Sequence[str] | None) -> bool:
        """Return True if it can be called with so many arguments, or with arguments of these names."""
        if names is None:
            return self.required <= count <= len(self.parameters) or (self.variadic and count > 0)
        known = {parameter.name for parameter in self.parameters}
        needed = {parameter.name for parameter in self.parameters if not parameter.optional}
        return needed <= set(names) <= known

    def bind(self, count: int, names: Sequence[str] | None) -> Callable[[Run, list[Any]], Any]:
        """Return a function of the arguments in the order of the call. It returns None for a wrong type."""
        if self.variadic and count != 1 and names is None:
            return self.call
        if names is None:
            positions = list(range(count))
        else:
            by_name = {name: position for position, name in enumerate(names)}
            order = [by_name.get(parameter.name, -1) for parameter in self.parameters]
            positions = order[: max((index for index, position in enumerate(order) if position >= 0), default=-1) + 1]

        def call(run: Run, arguments: list[Any]) -> Any:
            given = []
            for parameter, position in zip(self.parameters, positions, strict=False):
                value = parameter.coerce(arguments[position] if position >= 0 else None)
                if value is _FAILED:
                    return None
                given.append(value)
            try:
                return self.call(run, *given)
            except (ArithmeticError, ValueError):
                return None

        return call


BUILTINS: dict[str, list[Signature]] = {}


def builtin(
    name: str, declaration: str = "", *, variadic: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a built-in function by its parameters: ``string: string, start position: number, length: number?``."""
    parameters = tuple(Parameter.parse(text) for text in declaration.split(", ")) if declaration else ()

    def declare(call: Callable[..., Any]) -> Callable[..., Any]:
        BUILTINS.setdefault(name, []).append(Signature(parameters, call, variadic))
        return call

    return declare


def bind(name: str, count: int, names: Sequence[str] | None) -> Callable[[Run, list[Any]], Any]:
    """Return a built-in function for a call with so many arguments, or with arguments of these names.

    Raises:
        ExpressionError: The function takes other arguments.
    """
    for signature in BUILTINS[name]:
        if signature.takes(count, names):
            return signature.bind(count, names)
    forms = " or ".join(
        f"{name}({', '.join(parameter.name for parameter in signature.parameters)})" for signature in BUILTINS[name]
    )
    raise ExpressionError(f"`{name}` takes other arguments: {forms}")
