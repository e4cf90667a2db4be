"""The syntax of types (DMN 1.5, section 10.3.1.2)."""

from bpmn_events.adapters.hosts.embedded.expressions.feel import types
from bpmn_events.adapters.hosts.embedded.expressions.feel.token_reader import TokenReader
from bpmn_events.adapters.hosts.embedded.expressions.feel.types import TypeTest
from bpmn_events.adapters.hosts.embedded.expressions.values import ExpressionError


def read_type(reader: TokenReader, depth_left: int) -> TypeTest:
    """Consume the name of a type, and return the test of its values.

    Raises:
        ExpressionError: There is no such type, or it is nested too deeply.
    """
    if depth_left <= 0:
        raise ExpressionError("the expression is nested too deeply")
    name = _read_name(reader)
    if reader.take("<"):
        return _read_parameters(reader, name, depth_left - 1)
    test = types.simple_type(name)
    if test is None:
        raise ExpressionError(f"there is no type `{name[:40]}`")
    return test


def _read_name(reader: TokenReader) -> str:
    for name in types.LONG_TYPES:
        words = name.split()
        if [reader.peek(offset).text for offset in range(len(words))] == words:
            reader.position += len(words)
            return name
    if reader.next.kind != "word":
        reader.refuse()
    reader.position += 1
    return reader.tokens[reader.position - 1].text


def _read_parameters(reader: TokenReader, name: str, depth_left: int) -> TypeTest:
    match name:
        case "list":
            test = types.list_of(read_type(reader, depth_left))
        case "range":
            test = types.range_of(read_type(reader, depth_left))
        case "context":
            test = types.context_of(_read_entries(reader, depth_left))
        case "function":
            test = types.function_of(_count_parameters(reader, depth_left))
        case _:
            reader.refuse()
    reader.expect(">")
    if name == "function":
        reader.expect("->")
        read_type(reader, depth_left)
    return test


def _read_entries(reader: TokenReader, depth_left: int) -> dict[str, TypeTest]:
    entries: dict[str, TypeTest] = {}
    while not reader.is_next(">"):
        if entries:
            reader.expect(",")
        name = reader.declared_name(":")
        reader.expect(":")
        entries[name] = read_type(reader, depth_left)
    return entries


def _count_parameters(reader: TokenReader, depth_left: int) -> int:
    count = 0
    while not reader.is_next(">"):
        if count:
            reader.expect(",")
        read_type(reader, depth_left)
        count += 1
    return count
