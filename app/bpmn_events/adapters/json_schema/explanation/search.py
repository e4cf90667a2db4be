"""The search for violations of an invalid payload.

jsonschema-rs builds all errors of a payload before it returns the first, each with several copies of the value at its
path, and those of all branches of `anyOf` and `oneOf`: that can take minutes. This search descends from the root of the
payload to the values that are invalid. At each value, it checks the keywords one by one with ``is_valid``, and asks
jsonschema-rs for the message of a keyword that fails, or quotes the beginning of a large value in the same words. Every
violation is therefore exact. Where one cannot be proved without computing much more, it is left out.

Until it has found a violation, the search checks each value about twice at most: it checks the largest of several
members last, and if nothing else is wrong, that one must be. After that, it goes on as long as its allowance lasts.
"""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from bpmn_events.adapters.json_schema.explanation.in_place import expand
from bpmn_events.adapters.json_schema.explanation.keyword_violations import KeywordViolations
from bpmn_events.adapters.json_schema.explanation.report import Report
from bpmn_events.adapters.json_schema.explanation.values import Member, Value, find_each, find_largest, size_of
from bpmn_events.adapters.json_schema.graph.keywords import UNEVALUATED
from bpmn_events.adapters.json_schema.graph.nodes import Node
from bpmn_events.adapters.json_schema.violations import MAX_VIOLATIONS


class Search:
    """One search in one payload."""

    def __init__(self, keywords: KeywordViolations, report: Report) -> None:
        self._pieces = keywords.pieces
        self._keywords = keywords
        self._report = report

    def run(self, nodes: Iterable[Node], value: Value) -> None:
        """Report violations of a value that does not satisfy all of the nodes."""
        applied = expand(nodes, value.content, lambda node: self._accepts_if(node, value))
        for node in applied:
            self._keywords.find(node, value, self._report)
        match value.content:
            case dict():
                self._search_names(applied, value)
                self._search_object(applied, value)
            case list():
                self._search_array(applied, value)
        for node in applied:
            if _has_unevaluated(node) and not self._report.is_full:
                self._keywords.find_unevaluated(node, value, self._report)

    def _accepts_if(self, node: Node, value: Value) -> bool:
        return self._pieces.accepts(node, "if", value.content)

    # --- members ---

    def _search_object(self, applied: list[Node], value: Value) -> None:
        nodes = [node for node in applied if self._pieces.has(node, "members")]

        def are_valid(members: list[Member]) -> bool:
            return all(self._pieces.accepts(node, "members", dict(members)) for node in nodes)

        if nodes:
            invalid = self._find_invalid(value, are_valid, _is_certain(applied))
            self._descend(invalid, value, lambda name: self._member_nodes(nodes, name))

    def _member_nodes(self, nodes: Iterable[Node], name: str) -> list[Node]:
        """Return the schemas of a member. A member that is not allowed at all is a violation of the object."""
        found = []
        for node in nodes:
            own = [edge.target for edge in node.by_keyword("properties") if edge.key == name]
            own += [
                edge.target
                for number, edge in enumerate(node.by_keyword("patternProperties"))
                if self._pieces.accepts(node, f"pattern {number}", name)
            ]
            additional = node.only("additionalProperties")
            found += own if own or additional is None or additional.schema is False else [additional]
        return found

    def _search_names(self, applied: list[Node], value: Value) -> None:
        for node in applied:
            names = node.only("propertyNames")
            if names is not None and not self._report.is_full:
                self._search_names_of(names, value)

    def _search_names_of(self, names: Node, value: Value) -> None:
        if names.schema is False:
            if value.content:
                self._keywords.find(names, value, self._report)
            return
        for name in value.content:
            if not self._pieces.accepts(names, "", name):
                found = Report(value.size)
                Search(self._keywords, found).run([names], Value(name, size=len(name)))
                for violation in found.violations:
                    self._report.add(value.path, "propertyNames", violation.message)
            if self._report.is_full:
                return

    # --- items ---

    def _search_array(self, applied: list[Node], value: Value) -> None:
        nodes = [node for node in applied if node.only("items") is not None or node.by_keyword("prefixItems")]
        prefix = max((len(node.by_keyword("prefixItems")) for node in nodes), default=0)

        def are_valid(items: list[Member]) -> bool:
            if items[0][0] >= prefix:
                contents = [content for _, content in items]
                return all(self._pieces.accepts(node, "items", contents) for node in nodes)
            return all(self._pieces.accepts(node, "", item) for key, item in items for node in _item_nodes(nodes, key))

        if nodes:
            invalid = self._find_invalid(value, are_valid, _is_certain(applied))
            self._descend(invalid, value, lambda index: _item_nodes(nodes, index))
            for node in applied if not invalid else ():
                self._keywords.find_equal_items(node, value, self._report)

    # --- both ---

    def _find_invalid(
        self, value: Value, are_valid: Callable[[list[Member]], bool], is_certain: bool
    ) -> list[tuple[Member, int]]:
        """Return the invalid members or items of a value, with their sizes.

        Args:
            value: The object or array.
            are_valid: Checks some of the members.
            is_certain: True if one of them must be invalid if nothing else is wrong with the value.
        """
        largest = find_largest(value)
        rest = value.size if largest is None else value.size - largest[1]
        invalid: list[tuple[Member, int]] = []
        if self._report.may_check(rest):
            without = None if largest is None else largest[0]
            found = islice(find_each(value, without, are_valid), MAX_VIOLATIONS)
            invalid += [(member, size_of(member[1])) for member in found]
        if largest is not None:
            must_be_invalid = is_certain and not invalid and self._report.is_empty
            if must_be_invalid or (self._report.may_check(largest[1]) and not are_valid([largest[0]])):
                invalid.append(largest)
        return invalid

    def _descend(self, invalid: list[tuple[Member, int]], value: Value, nodes: Callable[[Any], list[Node]]) -> None:
        for (key, content), size in invalid:
            if self._report.is_full:
                return
            self.run(nodes(key), value.member(key, content, size))


def _item_nodes(nodes: Iterable[Node], index: int) -> list[Node]:
    """Return the schemas of an item."""
    found = []
    for node in nodes:
        prefix = node.by_keyword("prefixItems")
        rest = node.only("items")
        if index < len(prefix):
            found.append(prefix[index].target)
        elif rest is not None:
            found.append(rest)
    return found


def _has_unevaluated(node: Node) -> bool:
    return any(edge.keyword in UNEVALUATED for edge in node.edges)


def _is_certain(applied: list[Node]) -> bool:
    """Return True if members that are not evaluated by any schema are no violation."""
    return not any(map(_has_unevaluated, applied))
