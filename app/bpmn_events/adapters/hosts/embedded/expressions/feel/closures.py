"""Closures that compiled FEEL expressions consist of.

Each function of this module returns a ``Closure``: a function of the names in scope and of the run that returns a FEEL
value. An operation without a result returns None, which is null.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, TypeAlias

from bpmn_events.adapters.hosts.embedded.expressions.feel import comparison, temporal
from bpmn_events.adapters.hosts.embedded.expressions.feel.values import (
    Function,
    Range,
    Run,
    Scope,
    as_integer,
    is_number,
)
from bpmn_events.adapters.hosts.embedded.expressions.values import MAX_PARTS, ExpressionError, check_size

Closure: TypeAlias = Callable[[Scope, Run], Any]
Operation: TypeAlias = Callable[[Any, Any], Any]

# The most tokens of the functions that are being called at one time. Each token nests about one call of a closure.
MAX_CALLED_TOKENS = 300
_DAY = timedelta(days=1)


def constant(value: Any) -> Closure:
    """Return a closure that returns the value."""
    return lambda scope, run: value


def variable(name: str) -> Closure:
    """Return a closure that returns the value of a name, or null if nothing has that name."""

    def value(scope: Scope | None, run: Run) -> Any:
        while scope is not None:
            if name in scope.values:
                return scope.values[name]
            scope = scope.outer
        return None

    return value


def is_variable(name: str) -> Closure:
    """Return a closure that is true if something has the name."""

    def value(scope: Scope | None, run: Run) -> bool:
        while scope is not None:
            if name in scope.values:
                return True
            scope = scope.outer
        return False

    return value


def member(container: Closure, name: str) -> Closure:
    """Return a closure for ``container.name``: an entry, a property, or the list of them for a list."""

    def value(scope: Scope, run: Run) -> Any:
        source = container(scope, run)
        if isinstance(source, dict):
            return source.get(name)
        if isinstance(source, list):
            run.tick(1 + len(source) // 16)
            return [_member_of(item, name) for item in source]
        return temporal.get_property(source, name)

    return value


def _member_of(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else temporal.get_property(value, name)


def has_member(container: Closure, name: str) -> Closure:
    """Return a closure that is true if the container has an entry or property of this name."""

    def value(scope: Scope, run: Run) -> bool:
        source = container(scope, run)
        return name in source if isinstance(source, dict) else _member_of(source, name) is not None

    return value


def is_not_null(operand: Closure) -> Closure:
    """Return a closure that is true if the operand is not null."""
    return lambda scope, run: operand(scope, run) is not None


def filtered(container: Closure, test: Closure) -> Closure:
    """Return a closure for ``container[test]`` (section 10.3.2.5): an item by its number, or the items that pass.

    A value that is no list counts as a list of it. The test sees an item as ``item``, and its entries by their names.
    """

    def value(scope: Scope, run: Run) -> Any:
        source = container(scope, run)
        items = _as_items(source)
        chosen = []
        for position, item in enumerate(items or [None]):
            run.tick(1)
            result = test(_item_scope(item, scope), run)
            if position == 0 and is_number(result):
                return _item_at(items, as_integer(result))
            if result is not None and not isinstance(result, bool):
                return None
            if result is True and items:
                chosen.append(item)
        return None if source is None else chosen

    return value


def _as_items(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _item_scope(item: Any, scope: Scope) -> Scope:
    inner = Scope({"item": item}, scope)
    return Scope(item, inner) if isinstance(item, dict) else inner


def _item_at(items: list[Any], index: int | None) -> Any:
    if index is None:
        return None
    if 1 <= index <= len(items):
        return items[index - 1]
    return items[index] if -len(items) <= index < 0 else None


def conditional(test: Closure, then: Closure, otherwise: Closure) -> Closure:
    """Return a closure that evaluates ``then`` if the test is true, else ``otherwise``."""
    return lambda scope, run: then(scope, run) if test(scope, run) is True else otherwise(scope, run)


def conjunction(operands: list[Closure]) -> Closure:
    """Return a closure for ``and``. It stops at the first false operand."""
    return _combination(comparison.both, operands, decisive=False)


def disjunction(operands: list[Closure]) -> Closure:
    """Return a closure for ``or``. It stops at the first true operand."""
    return _combination(comparison.either, operands, decisive=True)


def _combination(
    combine: Callable[[bool | None, Any], bool | None], operands: list[Closure], *, decisive: bool
) -> Closure:
    """Return a closure that combines the operands. It stops when the result is decisive."""

    def value(scope: Scope, run: Run) -> bool | None:
        result: bool | None = not decisive
        for operand in operands:
            result = combine(result, operand(scope, run))
            if result is decisive:
                return result
        return result

    return value


def unary(operation: Callable[[Any], Any], operand: Closure) -> Closure:
    """Return a closure that applies an operation to the operand."""
    return lambda scope, run: operation(operand(scope, run))


def chain(first: Closure, steps: list[tuple[Operation, Closure]]) -> Closure:
    """Return a closure that applies operations from left to right, each with its right operand."""
    if len(steps) == 1:
        operation, second = steps[0]
        return lambda scope, run: run.produced(operation(first(scope, run), second(scope, run)))

    def value(scope: Scope, run: Run) -> Any:
        result = first(scope, run)
        for operation, operand in steps:
            result = run.produced(operation(result, operand(scope, run)))
        return result

    return value


def compared(left: Closure, compare: Callable[[Any, Any, Run], Any], right: Closure) -> Closure:
    """Return a closure that compares two operands."""
    return lambda scope, run: compare(left(scope, run), right(scope, run), run)


def between(operand: Closure, low: Closure, high: Closure) -> Closure:
    """Return a closure for ``operand between low and high``."""
    return lambda scope, run: comparison.between(operand(scope, run), low(scope, run), high(scope, run))


def satisfies(operand: Closure, tests: Sequence[Closure]) -> Closure:
    """Return a closure for ``operand in (tests)``: true if the operand passes one test. Tests see it as ``?``."""

    def value(scope: Scope, run: Run) -> bool | None:
        candidate = operand(scope, run)
        inner = Scope({"?": candidate}, scope)
        return comparison.any_of([comparison.matches(candidate, test(inner, run), run) for test in tests])

    return value


def holds_of_operand(test: Closure) -> Closure:
    """Return a closure for a test that uses ``?``: it returns the operand itself if the test is true of it."""
    candidate = variable("?")
    return lambda scope, run: [candidate(scope, run)] if test(scope, run) is True else []


def other_than(operand: Closure) -> Closure:
    """Return a closure for the test ``!= operand`` of ``in``."""
    return holds_of_operand(compared(variable("?"), comparison.unequal, operand))


def interval(low: Closure, high: Closure, *, low_included: bool, high_included: bool) -> Closure:
    """Return a closure that builds a range, or null if its ends have no order. An end that is null is open."""

    def value(scope: Scope, run: Run) -> Range | None:
        start, end = low(scope, run), high(scope, run)
        first, last = (end if start is None else start), (start if end is None else end)
        if comparison.compare(first, last) is None:
            return None
        return Range(start, low_included, end, high_included)

    return value


def list_literal(items: list[Closure]) -> Closure:
    """Return a closure that builds a list."""
    return lambda scope, run: check_size([item(scope, run) for item in items], run)


def context_literal(entries: list[tuple[str, Closure]]) -> Closure:
    """Return a closure that builds a context. Each entry sees the entries before it."""

    def value(scope: Scope, run: Run) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for name, entry in entries:
            # Of a copy, so that a function sees the entries before it and not itself.
            result[name] = entry(Scope(dict(result), scope), run)
        check_size(result, run)
        return result

    return value


# --- iteration ---


def loop(iterators: list[tuple[str, Closure]], body: Closure, *, uses_partial: bool) -> Closure:
    """Return a closure for ``for … return``: the list of the results, the last iterator running fastest.

    The body sees the results so far as ``partial``.
    """

    def value(scope: Scope, run: Run) -> list[Any] | None:
        results: list[Any] = []
        for inner in _scopes(iterators, scope, run):
            if inner is None:
                return None
            if uses_partial:
                run.count_size(len(results) * 16)
                # Checked each time, because a result that holds the results before it could grow without end.
                results.append(check_size(body(Scope({"partial": list(results)}, inner), run), run))
            else:
                results.append(body(inner, run))
            if len(results) > MAX_PARTS:
                raise ExpressionError("the result is too large")
        check_size(results, run)
        return results

    return value


def quantified(iterators: list[tuple[str, Closure]], test: Closure, *, every: bool) -> Closure:
    """Return a closure for ``some`` or ``every … satisfies``. It stops at the first result that decides."""
    decisive = not every

    def value(scope: Scope, run: Run) -> bool | None:
        result: bool | None = every
        for inner in _scopes(iterators, scope, run):
            if inner is None:
                return None
            holds = test(inner, run)
            if holds is decisive:
                return not every
            if not isinstance(holds, bool):
                result = None
        return result

    return value


def _scopes(iterators: list[tuple[str, Closure]], scope: Scope, run: Run) -> Iterator[Scope | None]:
    """Yield a scope for each combination of the items. Yield None if there is nothing to iterate over."""
    if not iterators:
        yield scope
        return
    (name, domain), *rest = iterators
    items = _iterate(domain(scope, run))
    if items is None:
        yield None
        return
    for item in items:
        run.tick(1)
        yield from _scopes(rest, Scope({name: item}, scope), run)


def _iterate(value: Any) -> Iterator[Any] | None:
    """Return the items of a list, of a range of whole numbers or dates, or of a value that is no list; None for null.

    A range may run downwards: ``3..1``.
    """
    if isinstance(value, Range):
        return _iterate_range(value)
    if value is None:
        return None
    return iter(value if isinstance(value, list) else [value])


def _iterate_range(value: Range) -> Iterator[Any] | None:
    first, last = as_integer(value.low), as_integer(value.high)
    if type(value.low) is date and type(value.high) is date:
        first, last = value.low.toordinal(), value.high.toordinal()
    if first is None or last is None:
        return None
    step = 1 if first <= last else -1
    first += 0 if value.low_included else step
    last -= 0 if value.high_included else step
    numbers = range(first, last + step, step)
    return map(date.fromordinal, numbers) if type(value.low) is date else iter(numbers)


# --- functions ---


def function_literal(parameters: tuple[str, ...], body: Closure, size: int) -> Closure:
    """Return a closure that builds a function. ``size`` is the number of its tokens."""

    def value(scope: Scope, run: Run) -> Function:
        def call(run: Run, arguments: list[Any]) -> Any:
            run.tick(1)
            if run.called_tokens + size > MAX_CALLED_TOKENS:
                raise ExpressionError("functions call each other too deeply")
            run.called_tokens += size
            try:
                return body(Scope(dict(zip(parameters, arguments, strict=True)), scope), run)
            finally:
                run.called_tokens -= size

        return Function(parameters, call)

    return value


def invocation(function: Closure, arguments: list[Closure], names: list[str] | None) -> Closure:
    """Return a closure that calls a function that is a value. It is null if the function or an argument is missing."""

    def value(scope: Scope, run: Run) -> Any:
        target = function(scope, run)
        if not isinstance(target, Function) or len(arguments) != len(target.parameters):
            return None
        given = [argument(scope, run) for argument in arguments]
        if names is not None:
            by_name = dict(zip(names, given, strict=True))
            if by_name.keys() != set(target.parameters):
                return None
            given = [by_name[name] for name in target.parameters]
        return target.call(run, given)

    return value


def builtin(call: Callable[[Run, list[Any]], Any], arguments: list[Closure]) -> Closure:
    """Return a closure that calls a built-in function."""
    return lambda scope, run: run.produced(call(run, [argument(scope, run) for argument in arguments]))
