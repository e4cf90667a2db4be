"""Functions of lists (DMN 1.5, section 10.3.4), and those that Camunda adds."""

from collections.abc import Iterable
from functools import cmp_to_key
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.feel import arithmetic, comparison
from bpmn_events.adapters.hosts.embedded.expressions.feel.functions.numeric import total
from bpmn_events.adapters.hosts.embedded.expressions.feel.functions.registry import builtin
from bpmn_events.adapters.hosts.embedded.expressions.feel.values import (
    DECIMAL,
    Function,
    Number,
    Run,
    as_integer,
    finite,
    is_number,
    kind_of,
    to_number,
)
from bpmn_events.adapters.hosts.embedded.expressions.values import MAX_PARTS, ExpressionError, check_size


def _checked(items: list[Any], run: Run) -> list[Any]:
    """Return a list that a function has built, if it is small enough. Raise ``ExpressionError`` otherwise."""
    check_size(items, run)
    return items


@builtin("not", "negand: any")
def _not(run: Run, value: Any) -> bool | None:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return not value if isinstance(value, bool) else None


@builtin("list contains", "list: list, element: any")
def _list_contains(run: Run, items: list[Any], element: Any) -> bool:
    return any(comparison.same(item, element, run) for item in _ticking(items, run))


def _ticking(items: list[Any], run: Run) -> Iterable[Any]:
    """Yield the items, and count the work of a comparison with each."""
    for position, item in enumerate(items):
        if position % 16 == 0:
            run.tick(1)
        yield item


@builtin("count", "list: list")
def _count(run: Run, items: list[Any]) -> int:
    return len(items)


def _extreme(items: list[Any], run: Run, sign: int) -> Any:
    if not items:
        return None
    best = items[0]
    if comparison.compare(best, best) is None:
        return None
    for item in _ticking(items, run):
        order = comparison.compare(item, best)
        if order is None:
            return None
        if order * sign > 0:
            best = item
    return best


@builtin("min", "list: list", variadic=True)
def _min(run: Run, items: list[Any]) -> Any:
    return _extreme(items, run, -1)


@builtin("max", "list: list", variadic=True)
def _max(run: Run, items: list[Any]) -> Any:
    return _extreme(items, run, 1)


def _numbers(items: list[Any], run: Run) -> list[Number] | None:
    """Return the items as numbers; None if one is no number, or if there are none."""
    run.count_size(len(items) * 16)
    return [to_number(item) for item in items] if items and all(map(is_number, items)) else None


@builtin("sum", "list: list", variadic=True)
def _sum(run: Run, items: list[Any]) -> Any:
    numbers = _numbers(items, run)
    if numbers is None and items:  # durations
        result = items[0]
        for item in items[1:]:
            result = arithmetic.add(result, item)
        return result if kind_of(result).endswith("duration") else None
    return None if numbers is None else total(numbers)


@builtin("mean", "list: list", variadic=True)
def _mean(run: Run, items: list[Any]) -> Any:
    numbers = _numbers(items, run)
    if numbers is None:
        return None
    return arithmetic.divide(total(numbers), len(numbers))


@builtin("product", "list: list", variadic=True)
def _product(run: Run, items: list[Any]) -> Number | None:
    numbers = _numbers(items, run)
    result: Number | None = None if numbers is None else 1
    for number in numbers or ():
        result = None if result is None else arithmetic.multiply_numbers(result, number)
    return result


@builtin("median", "list: list", variadic=True)
def _median(run: Run, items: list[Any]) -> Any:
    numbers = _numbers(items, run)
    if numbers is None:
        return None
    numbers.sort()
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return arithmetic.divide(arithmetic.add_numbers(numbers[middle - 1], numbers[middle]), 2)


@builtin("stddev", "list: list", variadic=True)
def _stddev(run: Run, items: list[Any]) -> Number | None:
    """Return the standard deviation of a sample of at least two numbers."""
    numbers = _numbers(items, run)
    if numbers is None or len(numbers) < 2:
        return None
    mean = DECIMAL.divide(total(numbers) or 0, len(numbers))
    squares = [DECIMAL.power(DECIMAL.subtract(number, mean), 2) for number in numbers]
    variance = DECIMAL.divide(total([to_number(square) for square in squares]) or 0, len(numbers) - 1)
    return finite(DECIMAL.sqrt(variance))


@builtin("mode", "list: list", variadic=True)
def _mode(run: Run, items: list[Any]) -> list[Number] | None:
    numbers = _numbers(items, run)
    if numbers is None:
        return None if items else []
    counts: dict[Number, int] = {}
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values())
    return sorted(number for number, times in counts.items() if times == most)


@builtin("all", "list: list", variadic=True)
def _all(run: Run, items: list[Any]) -> bool | None:
    run.count_size(len(items))
    if any(item is False for item in items):
        return False
    return True if all(item is True for item in items) else None


@builtin("any", "list: list", variadic=True)
def _any(run: Run, items: list[Any]) -> bool | None:
    run.count_size(len(items))
    if any(item is True for item in items):
        return True
    return False if all(item is False for item in items) else None


@builtin("sublist", "list: list, start position: number, length: number?")
def _sublist(run: Run, items: list[Any], start: Number, length: Number | None = None) -> list[Any] | None:
    begin = int(start)
    if begin == 0 or abs(begin) > len(items) or (length is not None and length < 0):
        return None
    begin = begin - 1 if begin > 0 else len(items) + begin
    return items[begin:] if length is None else items[begin : begin + int(length)]


@builtin("append", "list: list", variadic=True)
def _append(run: Run, arguments: list[Any]) -> list[Any] | None:
    """Return the list in the first argument with the other arguments as its last items."""
    items, *added = arguments
    if items is None:
        return None
    return _checked([*(items if isinstance(items, list) else [items]), *added], run)


@builtin("concatenate", "list: list", variadic=True)
def _concatenate(run: Run, lists: list[Any]) -> list[Any]:
    return _checked([item for part in lists for item in (part if isinstance(part, list) else [part])], run)


@builtin("insert before", "list: list, position: number, newItem: any")
def _insert_before(run: Run, items: list[Any], position: Number, item: Any) -> list[Any] | None:
    index = _index(items, position)
    return None if index is None else _checked([*items[:index], item, *items[index:]], run)


@builtin("remove", "list: list, position: number")
def _remove(run: Run, items: list[Any], position: Number) -> list[Any] | None:
    index = _index(items, position)
    return None if index is None else [*items[:index], *items[index + 1 :]]


def _index(items: list[Any], position: Number) -> int | None:
    """Return the index of a position from 1, or from the end if it is negative; None if there is no such item."""
    if type(position) is not int or position == 0 or abs(position) > len(items):
        return None
    return position - 1 if position > 0 else len(items) + position


@builtin("list replace", "list: list, position: place, newItem: any")
@builtin("list replace", "list: list, match: place, newItem: any")
def _list_replace(run: Run, items: list[Any], place: Number | Function, item: Any) -> list[Any] | None:
    """Return the list with another item at a position, or in place of each item that a function matches."""
    if isinstance(place, Function):
        if len(place.parameters) != 2:
            return None
        return _checked([item if place.call(run, [old, item]) is True else old for old in items], run)
    index = _index(items, place)
    return None if index is None else _checked([*items[:index], item, *items[index + 1 :]], run)


@builtin("reverse", "list: list")
def _reverse(run: Run, items: list[Any]) -> list[Any]:
    return _checked(items[::-1], run)


@builtin("index of", "list: list, match: any")
def _index_of(run: Run, items: list[Any], match: Any) -> list[int]:
    return [position for position, item in enumerate(_ticking(items, run), 1) if comparison.same(item, match, run)]


@builtin("union", "list: list", variadic=True)
def _union(run: Run, lists: list[Any]) -> list[Any]:
    return _distinct(_concatenate(run, lists), run)


@builtin("distinct values", "list: list")
def _distinct_values(run: Run, items: list[Any]) -> list[Any]:
    return _distinct(items, run)


def _distinct(items: list[Any], run: Run) -> list[Any]:
    """Return the items without those that equal an earlier one."""
    result: list[Any] = []
    scalars: set[tuple[str, Any]] = set()
    others: list[Any] = []
    for item in _ticking(items, run):
        if is_number(item) or isinstance(item, str | bool):
            key = (kind_of(item), to_number(item) if is_number(item) else item)
            is_new = key not in scalars
            scalars.add(key)
        else:
            is_new = not any(comparison.same(item, known, run) for known in _ticking(others, run))
            others.append(item)
        if is_new:
            result.append(item)
    return result


@builtin("duplicate values", "list: list")
def _duplicate_values(run: Run, items: list[Any]) -> list[Any]:
    known: list[Any] = []
    repeated = []
    for item in items:
        if any(comparison.same(item, other, run) for other in _ticking(known, run)):
            repeated.append(item)
        known.append(item)
    return _distinct(repeated, run)


@builtin("flatten", "list: list")
def _flatten(run: Run, items: list[Any]) -> list[Any]:
    result: list[Any] = []
    pending = [iter(items)]
    while pending:
        for item in pending[-1]:
            run.tick(1)
            if isinstance(item, list):
                pending.append(iter(item))
                break
            result.append(item)
            if len(result) > MAX_PARTS:
                raise ExpressionError("the result is too large")
        else:
            pending.pop()
    return result


@builtin("partition", "list: list, size: number")
def _partition(run: Run, items: list[Any], size: Number) -> list[Any] | None:
    length = as_integer(size)
    if length is None or length < 1:
        return None
    return _checked([items[start : start + length] for start in range(0, len(items), length)], run)


@builtin("is empty", "list: list")
def _is_empty(run: Run, items: list[Any]) -> bool:
    return not items


@builtin("sort", "list: list, precedes: function|null?")
def _sort(run: Run, items: list[Any], precedes: Function | None = None) -> list[Any] | None:
    """Return the items in the order of a function of two items, or in ascending order."""
    run.count_size(len(items) * 16)
    if precedes is None:
        if _extreme(items, run, 1) is None and items:
            return None
        return sorted(items, key=cmp_to_key(lambda left, right: comparison.compare(left, right) or 0))
    if len(precedes.parameters) != 2:
        return None

    def order(left: Any, right: Any) -> int:
        if precedes.call(run, [left, right]) is True:
            return -1
        return 1 if precedes.call(run, [right, left]) is True else 0

    return sorted(items, key=cmp_to_key(order))
