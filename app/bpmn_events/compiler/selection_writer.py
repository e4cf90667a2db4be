"""Source text of the functions for selection sets: inline code for common values, one call for all others."""

from collections.abc import Callable, Mapping
from keyword import iskeyword
from typing import Any, TypeAlias

from graphql import (
    GraphQLAbstractType,
    GraphQLObjectType,
    GraphQLOutputType,
    Undefined,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from bpmn_events.compiler.arguments import Arguments
from bpmn_events.compiler.completion import FieldCompletion, ItemCompletion, settle_pending
from bpmn_events.compiler.executor import Select, await_pending
from bpmn_events.compiler.graphql_core import FieldDetailsList, GroupedFieldSet, is_awaitable
from bpmn_events.compiler.hints import CONTEXT_RESOLVER, SOURCE, attribute_of, class_of
from bpmn_events.compiler.leaf_values import NAMES, write_leaf
from bpmn_events.compiler.paths import LazyPathInfo
from bpmn_events.compiler.program import SelectedFields
from bpmn_events.compiler.source import FunctionSource, ModuleSource

# Returns the functions for a selection from an interface or union, by the class of the value.
FindByClass: TypeAlias = Callable[[GraphQLAbstractType, FieldDetailsList], Mapping[type, Select | None]]


def lookup(source: Any, name: str) -> Any:
    """Return the member or attribute of a source that is no dict, as graphql-core's default resolver does."""
    return source.get(name) if isinstance(source, Mapping) else getattr(source, name, None)


def is_plain(value: Any) -> bool:
    """Return True if the value is neither null nor an exception nor awaitable."""
    return not (value is None or value is Undefined or isinstance(value, Exception) or is_awaitable(value))


_NAMES: Mapping[str, Any] = {
    **NAMES,
    "Info": LazyPathInfo,
    "await_pending": await_pending,
    "is_plain": is_plain,
    "lookup": lookup,
    "new": tuple.__new__,
    "settle_pending": settle_pending,
}


class SelectionWriter:
    """A writer of functions that are compiled together.

    ``written`` holds the field nodes and the function name of each selection written so far. The key is the object type
    and the id of the field nodes.
    """

    def __init__(self, fields: SelectedFields, find_by_class: FindByClass) -> None:
        self._fields = fields
        self._find_by_class = find_by_class
        self.source = ModuleSource(**_NAMES)
        self.written: dict[tuple[GraphQLObjectType, int], tuple[FieldDetailsList, str]] = {}

    def write_subselection(self, parent: GraphQLObjectType, details: FieldDetailsList) -> str:
        """Write the function for the selection of these field nodes from an object of this type. Return its name."""
        key = parent, id(details)
        if key not in self.written:
            self.written[key] = details, self.write_selection(parent, self._fields.subfields(parent, details))
        return self.written[key][1]

    def write_selection(self, parent: GraphQLObjectType, fields: GroupedFieldSet) -> str:
        """Write the function for these fields, by response name, of an object of this type. Return its name."""
        text, name = FunctionSource(), self.source.new_name("select")
        with text.block(f"def {name}(executor, source, path):"):
            text.line("results = {}")
            text.line("pending = []")
            with text.block("try:"):
                text.line("pass")
                for key, details in fields.items():
                    field = self._fields.definition(parent, details)
                    if field is not None:
                        self._write_field(text, FieldCompletion(key, parent, field, details))
            with text.block("except Exception:"):
                text.line("settle_pending(executor, results, pending)")
                text.line("raise")
            text.line("return await_pending(results, pending) if pending else results")
        self.source.add(text)
        return name

    def _write_field(self, text: FunctionSource, completion: FieldCompletion) -> None:
        if completion.nodes[0].name.value == "__typename":
            text.line(f"results[{completion.key!r}] = {completion.parent.name!r}")
            return
        with text.block("try:"):
            self._write_resolution(text, completion)
            self._write_completion(text, completion, completion.type, "path", _field_path(completion))
        fail = self.source.name("fail", completion.fail)
        text.line(f"except Exception as error: value = {fail}(executor, error, path)")
        text.line(f"results[{completion.key!r}] = value")

    def _write_resolution(self, text: FunctionSource, completion: FieldCompletion) -> None:
        field = completion.field
        if field.extensions.get(SOURCE) is True:
            text.line("value = source")
            return
        attribute = attribute_of(field)
        if attribute is not None and not iskeyword(attribute):
            text.line(f"value = source.{attribute}")
            return
        arguments = self._arguments(completion)
        resolve = field.extensions.get(CONTEXT_RESOLVER)
        if callable(resolve):
            text.line(f"value = {self.source.name('resolve', resolve)}(source, executor{arguments})")
            return
        head = self.source.name("head", completion.info_head)
        info = f"new(Info, (*{head}, {_field_path(completion)}, *executor.info_tail))"
        if field.resolve is not None:
            text.line(f"value = {self.source.name('resolve', field.resolve)}(source, {info}{arguments})")
            return
        name = completion.nodes[0].name.value
        text.line(f"value = source.get({name!r}) if source.__class__ is dict else lookup(source, {name!r})")
        text.line(f"if callable(value): value = value({info}{arguments})")

    def _arguments(self, completion: FieldCompletion) -> str:
        hide_suggestions = self._fields.hides_suggestions
        arguments = Arguments(completion.field, completion.nodes[0], hide_suggestions=hide_suggestions)
        if arguments.constant is None:
            return f", **{self.source.name('arguments', arguments)}(executor.variable_values)"
        return f", **{self.source.name('arguments', arguments.constant)}" if arguments.constant else ""

    def _write_completion(
        self,
        text: FunctionSource,
        completion: FieldCompletion | ItemCompletion,
        graphql_type: GraphQLOutputType,
        location: str,
        value_path: str,
    ) -> None:
        """Write the lines that complete ``value``.

        ``location`` is source text: the arguments that give the completion's methods the position of the value.
        ``value_path`` is the expression for the response path of the value.
        """
        nullable = not is_non_null_type(graphql_type)
        inner: Any = get_nullable_type(graphql_type)
        complete = f"{self.source.name('complete', completion.complete)}(executor, value, {location}, pending)"
        if is_leaf_type(inner):
            write_leaf(text, self.source, inner, nullable=nullable, complete=complete)
            return
        if is_list_type(inner):
            items = self._write_items(completion, inner.of_type)
            self._write_call(text, "value.__class__ is list or value.__class__ is tuple", items, value_path)
            result_class = "list"
        elif is_abstract_type(inner):
            by_class = self.source.name("by_class", self._find_by_class(inner, completion.details))
            text.line(f"select = {by_class}[value.__class__]")
            self._write_call(text, "select is not None", "select", value_path)
            result_class = "dict"
        else:
            condition = self._type_condition(inner)
            if condition is None:
                text.line(f"value = {complete}")
                return
            self._write_call(text, condition, self.write_subselection(inner, completion.details), value_path)
            result_class = "dict"
        await_ = self.source.name("await", completion.await_)
        text.line(f" if value.__class__ is not {result_class}: value = {await_}(executor, value, {location}, pending)")
        text.line(f"{'elif value is not None' if nullable else 'else'}: value = {complete}")

    def _write_call(self, text: FunctionSource, condition: str, function: str, value_path: str) -> None:
        text.line(f"if {condition}:")
        text.line(f" value = {function}(executor, value, {value_path})")

    def _type_condition(self, graphql_type: GraphQLObjectType) -> str | None:
        """Return the condition under which ``value`` is of the type, or None if only graphql-core can decide it."""
        python_class = class_of(graphql_type)
        if python_class is not None:
            return f"value.__class__ is {self.source.name('class', python_class)}"
        return "value.__class__ is dict or is_plain(value)" if graphql_type.is_type_of is None else None

    def _write_items(self, completion: FieldCompletion | ItemCompletion, item_type: GraphQLOutputType) -> str:
        """Write the function that completes the items of a list. Return its name."""
        field = completion if isinstance(completion, FieldCompletion) else completion.field
        item = ItemCompletion(field, item_type)
        text, name = FunctionSource(), self.source.new_name("items")
        with text.block(f"def {name}(executor, items, path):"):
            text.line("results = []")
            text.line("pending = []")
            text.line("remaining_items = iter(items)")
            with text.block("try:"), text.block("for index, value in enumerate(remaining_items):"):
                with text.block("try:"):
                    self._write_completion(text, item, item_type, "path, index", "(path, index, None)")
                fail = self.source.name("fail", item.fail)
                text.line(f"except Exception as error: value = {fail}(executor, error, path, index)")
                text.line("results.append(value)")
            with text.block("except Exception:"):
                text.line("settle_pending(executor, results, pending, remaining_items)")
                text.line("raise")
            text.line("return await_pending(results, pending) if pending else results")
        self.source.add(text)
        return name


def _field_path(completion: FieldCompletion) -> str:
    """Return the expression for the response path of a field's value."""
    return f"(path, {completion.key!r}, {completion.parent.name!r})"
