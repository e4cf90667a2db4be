"""Functions of contexts (DMN 1.5, section 10.3.4) and of null values, those of Camunda included."""

from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.feel.functions.registry import builtin
from bpmn_events.adapters.hosts.embedded.expressions.feel.values import Run
from bpmn_events.adapters.hosts.embedded.expressions.values import MAX_DEPTH, check_size


@builtin("get value", "m: context, key: any")
@builtin("get value", "context: context, keys: any")
def _get_value(run: Run, context: dict[str, Any], key: Any) -> Any:
    """Return the entry of a key, or of a path of keys."""
    value: Any = context
    for name in key if isinstance(key, list) else [key]:
        if not isinstance(value, dict) or not isinstance(name, str):
            return None
        value = value.get(name)
    return value


@builtin("get entries", "m: context")
@builtin("get entries", "context: context")
def _get_entries(run: Run, context: dict[str, Any]) -> Any:
    return check_size([{"key": name, "value": value} for name, value in context.items()], run)


@builtin("context", "entries: list")
def _context(run: Run, entries: list[Any]) -> dict[str, Any] | None:
    """Return the context of a list of entries, each with a key and a value; None if a key occurs twice."""
    run.count_size(len(entries) * 16)
    result: dict[str, Any] = {}
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str) or "value" not in entry:
            return None
        if entry["key"] in result:
            return None
        result[entry["key"]] = entry["value"]
    check_size(result, run)
    return result


@builtin("context put", "context: context, key: any, value: any")
@builtin("context put", "context: context, keys: any, value: any")
def _context_put(run: Run, context: dict[str, Any], key: Any, value: Any) -> Any:
    """Return the context with another value at a key, or at a path of keys."""
    keys = key if isinstance(key, list) else [key]
    if not 0 < len(keys) <= MAX_DEPTH or not all(isinstance(name, str) for name in keys):
        return None
    return check_size(_put(context, keys, value), run)


def _put(context: Any, keys: list[str], value: Any) -> dict[str, Any]:
    inner: Any = value
    if len(keys) > 1:
        part = context.get(keys[0])
        inner = _put(part if isinstance(part, dict) else {}, keys[1:], value)
    return {**context, keys[0]: inner}


@builtin("context merge", "contexts: list", variadic=True)
def _context_merge(run: Run, contexts: list[Any]) -> Any:
    result: dict[str, Any] = {}
    for context in contexts:
        if not isinstance(context, dict):
            return None
        run.count_size(len(context))
        result |= context
    return check_size(result, run)


@builtin("get or else", "value: any, default: any")
def _get_or_else(run: Run, value: Any, default: Any) -> Any:
    return default if value is None else value
