"""Writes the function for a selection set: straight lines for the common case, one call for everything else."""

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
from bpmn_events.compiler.completion import FieldCompletion, ItemCompletion, abandon
from bpmn_events.compiler.executor import Select, gathered
from bpmn_events.compiler.graphql_core import FieldDetailsList, GroupedFieldSet, is_awaitable
from bpmn_events.compiler.hints import CONTEXT_RESOLVER, attribute_of, class_of
from bpmn_events.compiler.leaf_values import NAMES, write_leaf
from bpmn_events.compiler.paths import PlannedInfo
from bpmn_events.compiler.program import SelectedFields
from bpmn_events.compiler.source import Source, Text

# Finds what field nodes select of a value of an abstract type, by the value's class.
ByClassFor: TypeAlias = Callable[[GraphQLAbstractType, FieldDetailsList], Mapping[type, Select | None]]


def lookup(source: Any, name: str) -> Any:
    """Resolve as graphql-core's default resolver, for what is no dict."""
    return source.get(name) if isinstance(source, Mapping) else getattr(source, name, None)


def is_plain(value: Any) -> bool:
    """Tell whether the value is there, and neither an exception nor to be awaited."""
    return not (value is None or value is Undefined or isinstance(value, Exception) or is_awaitable(value))


_NAMES: Mapping[str, Any] = {
    **NAMES,
    "Info": PlannedInfo,
    "abandon": abandon,
    "gathered": gathered,
    "is_plain": is_plain,
    "lookup": lookup,
    "new": tuple.__new__,
}


class SelectionWriter:
    """Writes functions that are compiled together.

    ``known`` are the selections of objects that were written, each as its field nodes and its function's name.
    """

    def __init__(self, fields: SelectedFields, by_class_for: ByClassFor) -> None:
        self._fields = fields
        self._by_class_for = by_class_for
        self.source = Source(**_NAMES)
        self.known: dict[tuple[GraphQLObjectType, int], tuple[FieldDetailsList, str]] = {}

    def subselection(self, parent: GraphQLObjectType, details: FieldDetailsList) -> str:
        """Write the function for what these field nodes select of an object of this type."""
        key = parent, id(details)
        if key not in self.known:
            self.known[key] = details, self.selection(parent, self._fields.of_object(parent, details))
        return self.known[key][1]

    def selection(self, parent: GraphQLObjectType, fields: GroupedFieldSet) -> str:
        """Write the function for these fields, given by response name, of an object of this type."""
        text, name = Text(), self.source.free_name("select")
        with text.block(f"def {name}(executor, source, path):"):
            text.line("results = {}")
            text.line("pending = []")
            with text.block("try:"):
                text.line("pass")
                for key, details in fields.items():
                    field = self._fields.definition(parent, details)
                    if field is not None:
                        self._field(text, FieldCompletion(key, parent, field, details))
            with text.block("except Exception:"):
                text.line("abandon(executor, results, pending)")
                text.line("raise")
            text.line("return gathered(results, pending) if pending else results")
        self.source.add(text)
        return name

    def _field(self, text: Text, place: FieldCompletion) -> None:
        if place.nodes[0].name.value == "__typename":
            text.line(f"results[{place.key!r}] = {place.parent.name!r}")
            return
        with text.block("try:"):
            self._resolve(text, place)
            self._complete(text, place, place.type, "path", f"(path, {place.key!r}, {place.parent.name!r})")
        fail = self.source.name("fail", place.fail)
        text.line(f"except Exception as error: value = {fail}(executor, error, path)")
        text.line(f"results[{place.key!r}] = value")

    def _resolve(self, text: Text, place: FieldCompletion) -> None:
        field = place.field
        attribute = attribute_of(field)
        if attribute is not None and not iskeyword(attribute):
            text.line(f"value = source.{attribute}")
            return
        resolve = place.field.extensions.get(CONTEXT_RESOLVER)
        if callable(resolve):
            text.line(f"value = {self.source.name('resolve', resolve)}(source, executor{self._arguments(place)})")
            return
        head = self.source.name("head", place.info_head)
        here = f"(path, {place.key!r}, {place.parent.name!r})"
        rest = f"new(Info, (*{head}, {here}, *executor.info_tail)){self._arguments(place)}"
        if field.resolve is not None:
            text.line(f"value = {self.source.name('resolve', field.resolve)}(source, {rest})")
            return
        name = place.nodes[0].name.value
        text.line(f"value = source.get({name!r}) if source.__class__ is dict else lookup(source, {name!r})")
        text.line(f"if callable(value): value = value({rest})")

    def _arguments(self, place: FieldCompletion) -> str:
        arguments = Arguments(place.field, place.nodes[0])
        if arguments.constant is None:
            return f", **{self.source.name('arguments', arguments)}(executor.variable_values)"
        return f", **{self.source.name('arguments', arguments.constant)}" if arguments.constant else ""

    def _complete(
        self, text: Text, place: FieldCompletion | ItemCompletion, graphql_type: GraphQLOutputType, at: str, here: str
    ) -> None:
        """Complete ``value``. ``at`` are the arguments by which the place knows where it is, ``here`` is the result."""
        nullable = not is_non_null_type(graphql_type)
        inner: Any = get_nullable_type(graphql_type)
        complete = f"{self.source.name('complete', place.complete)}(executor, value, {at}, pending)"
        if is_leaf_type(inner):
            write_leaf(text, self.source, inner, nullable=nullable, complete=complete)
            return
        if is_list_type(inner):
            self._call(
                text, "value.__class__ is list or value.__class__ is tuple", self._items(place, inner.of_type), here
            )
            expected = "list"
        elif is_abstract_type(inner):
            by_class = self.source.name("by_class", self._by_class_for(inner, place.details))
            text.line(f"select = {by_class}[value.__class__]")
            self._call(text, "select is not None", "select", here)
            expected = "dict"
        else:
            condition = self._is_of(inner)
            if condition is None:
                text.line(f"value = {complete}")
                return
            self._call(text, condition, self.subselection(inner, place.details), here)
            expected = "dict"
        await_ = self.source.name("await", place.await_)
        text.line(f" if value.__class__ is not {expected}: value = {await_}(executor, value, {at}, pending)")
        text.line(f"{'elif value is not None' if nullable else 'else'}: value = {complete}")

    def _call(self, text: Text, condition: str, function: str, here: str) -> None:
        text.line(f"if {condition}:")
        text.line(f" value = {function}(executor, value, {here})")

    def _is_of(self, graphql_type: GraphQLObjectType) -> str | None:
        """Return the condition under which ``value`` is of the type; None where only graphql-core can tell."""
        python_class = class_of(graphql_type)
        if python_class is not None:
            return f"value.__class__ is {self.source.name('class', python_class)}"
        return "value.__class__ is dict or is_plain(value)" if graphql_type.is_type_of is None else None

    def _items(self, place: FieldCompletion | ItemCompletion, item_type: GraphQLOutputType) -> str:
        """Write the function that completes the items of a list."""
        item = ItemCompletion(place if isinstance(place, FieldCompletion) else place.field, item_type)
        text, name = Text(), self.source.free_name("items")
        with text.block(f"def {name}(executor, items, path):"):
            text.line("results = []")
            text.line("pending = []")
            text.line("rest = iter(items)")
            with text.block("try:"), text.block("for index, value in enumerate(rest):"):
                with text.block("try:"):
                    self._complete(text, item, item_type, "path, index", "(path, index, None)")
                fail = self.source.name("fail", item.fail)
                text.line(f"except Exception as error: value = {fail}(executor, error, path, index)")
                text.line("results.append(value)")
            with text.block("except Exception:"):
                text.line("abandon(executor, results, pending, rest)")
                text.line("raise")
            text.line("return gathered(results, pending) if pending else results")
        self.source.add(text)
        return name
