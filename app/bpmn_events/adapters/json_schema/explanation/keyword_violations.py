"""The violations of a value by the keywords of one schema, apart from those of its members and items."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from jsonschema_rs import Validator

from bpmn_events.adapters.json_schema.explanation.pieces import (
    NO_OPTION,
    QUICK_ASSERTIONS,
    SEVERAL_OPTIONS,
    Pieces,
)
from bpmn_events.adapters.json_schema.explanation.quoting import clip, one_of
from bpmn_events.adapters.json_schema.explanation.report import Report
from bpmn_events.adapters.json_schema.explanation.unevaluated import unevaluated_members
from bpmn_events.adapters.json_schema.explanation.values import Value
from bpmn_events.adapters.json_schema.graph.nodes import Node
from bpmn_events.adapters.json_schema.graph.ordering import compares_checked_items
from bpmn_events.adapters.json_schema.messages import Messages
from bpmn_events.adapters.json_schema.refusal import to_pointer
from bpmn_events.adapters.json_schema.validators import compile_schema
from bpmn_events.adapters.json_schema.violations import MAX_VIOLATIONS

# A message does not show more names than these.
_SHOWN_NAMES = 150


class KeywordViolations:
    """A finder of violations, one keyword at a time.

    Attributes:
        pieces: The parts of the schemas.

    Args:
        messages: The messages of the schema as it is written.
    """

    def __init__(self, pieces: Pieces, messages: Messages) -> None:
        self.pieces = pieces
        self._messages = messages
        self._assertions: dict[int, Validator] = {}

    def find(self, node: Node, value: Value, report: Report) -> None:
        """Report the violations of the value by the node."""
        if node.schema is False:
            self._report_quoted(value, "falseSchema", report, before="False schema does not allow ")
        if isinstance(node.schema, bool):
            return
        self._find_assertions(node, value, report)
        for name in islice(_missing(node.schema, value.content), MAX_VIOLATIONS):
            report.add(value.path, "required", f"{self._quote(name)} is a required property")
        if isinstance(value.content, dict):
            self._find_unexpected(node, value, report)
        for keyword in ("contains", "anyOf", "oneOf", "not"):
            if self._fails(node, keyword, value, report):
                self._report_composite(node, keyword, value, report)

    def find_unevaluated(self, node: Node, value: Value, report: Report) -> None:
        """Report unevaluated members or items, if nothing else is wrong with the value."""
        others_hold = self.pieces.has(node, "others") and self.pieces.accepts(node, "others", value.content)
        if not others_hold or not self._fails(node, "", value, report):
            return
        if value.is_small:
            self._report_errors(f"{node.index}/", value.content, value, report)
        else:
            self._report_errors("unevaluated", unevaluated_members(self.pieces, node, value), value, report)

    def find_equal_items(self, node: Node, value: Value, report: Report) -> None:
        """Report items that occur twice, in an array of valid items."""
        if self._fails(node, "uniqueItems", value, report):
            if value.is_small:
                self._report_errors(f"{node.index}/uniqueItems", value.content, value, report)
            else:
                self._report_quoted(value, "uniqueItems", report)

    def _fails(self, node: Node, name: str, value: Value, report: Report) -> bool:
        if not self.pieces.has(node, name) or not report.may_check(value.size):
            return False
        return not self.pieces.accepts(node, name, value.content)

    # --- assertions ---

    def _find_assertions(self, node: Node, value: Value, report: Report) -> None:
        if not self._fails(node, "assertions", value, report):
            return
        schema = node.schema if isinstance(node.schema, dict) else {}
        if value.is_small and not self.pieces.has_large_options(node):
            self._report_errors(f"{node.index}/assertions", value.content, value, report)
            return
        validator = self._validator(node)
        for keyword in _failing(validator, schema, value.content):
            match keyword:
                case "const":
                    report.add(value.path, keyword, f"{self._quote(schema[keyword])} was expected")
                case "enum":
                    options = one_of(schema[keyword], self._quote)
                    report.add(value.path, keyword, f"{self._quote(value.content)} is not one of {options}")
                case _ if value.is_small:
                    for error in validator.iter_errors({keyword: value.content}):
                        report.add(value.path, *self._messages.restore(error))
                case _:
                    self._report_quoted(value, keyword, report)

    def _validator(self, node: Node) -> Validator:
        """Return a validator for single assertions of the node: ``{"maxItems": value}`` checks the value with one."""
        if node.index not in self._assertions:
            schema = node.schema if isinstance(node.schema, dict) else {}
            keywords = {keyword: {keyword: schema[keyword]} for keyword in schema if keyword in QUICK_ASSERTIONS}
            self._assertions[node.index] = compile_schema({"properties": keywords})
        return self._assertions[node.index]

    # --- keywords with subschemas ---

    def _find_unexpected(self, node: Node, value: Value, report: Report) -> None:
        if not self._fails(node, "closed", value, report):
            return
        unexpected = (name for name in value.content if not self.pieces.accepts(node, "closed", {name: None}))
        shown = {name: clip(value.content[name]) for name in islice(unexpected, _SHOWN_NAMES)}
        self._report_errors(f"{node.index}/closed", shown, value, report)

    def _report_composite(self, node: Node, keyword: str, value: Value, report: Report) -> None:
        if keyword == "not" and (negated := node.only("not")) is not None:
            violation = self._messages.negation(negated.written, self._quote(value.content), self._quote)
            report.add(value.path, *violation)
        elif not value.is_small:
            self._report_quoted(value, keyword, report, before="None of " if keyword == "contains" else "")
        elif keyword == "contains":
            self._report_errors(f"{node.index}/{keyword}", value.content, value, report)
        else:
            fits = keyword == "oneOf" and self.pieces.accepts(node, "anyOneOf", value.content)
            self._report_errors(f"{SEVERAL_OPTIONS if fits else NO_OPTION}/{keyword}", value.content, value, report)

    # --- messages ---

    def _report_errors(self, piece: str, content: Any, value: Value, report: Report) -> None:
        """Report the errors of jsonschema-rs for a small value, or for a stand-in with the same messages."""
        for error in self.pieces.errors(piece, content):
            report.add(value.path + to_pointer(error.instance_path[1:]), *self._messages.restore(error))

    def _report_quoted(self, value: Value, keyword: str, report: Report, before: str = "") -> None:
        """Report a violation whose message begins with the value. The message of a large value shows nothing else."""
        report.add(value.path, keyword, before + self._quote(value.content))

    def _quote(self, content: Any) -> str:
        return self.pieces.quote(clip(content))


def _failing(validator: Validator, schema: Any, content: Any) -> Iterator[str]:
    keywords = [keyword for keyword in schema if keyword in QUICK_ASSERTIONS]
    if compares_checked_items(schema):
        keywords.remove("uniqueItems")
    return (keyword for keyword in keywords if not validator.is_valid({keyword: content}))


def _missing(schema: Mapping[str, Any], content: Any) -> Iterator[str]:
    """Yield the names of the members that the schema requires and the object lacks."""
    if not isinstance(content, dict):
        return
    yield from _absent(schema.get("required"), content)
    for keyword in ("dependentRequired", "dependencies"):
        for name, names in (schema.get(keyword) or {}).items():
            if name in content:
                yield from _absent(names, content)


def _absent(names: Any, content: Mapping[str, Any]) -> Iterable[str]:
    return (name for name in names if name not in content) if isinstance(names, list) else ()
