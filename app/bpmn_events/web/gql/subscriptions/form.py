"""What the payloads of a subscription depend on, besides the caller."""

from collections.abc import Hashable

import msgspec
from graphql import FieldNode, Node, VariableNode, Visitor, visit

from bpmn_events.web.gql.execution.executor import PreparedOperation

_AFTER = "after"


def payload_form(prepared: PreparedOperation) -> Hashable:
    """Return a value that is the same for subscriptions with the same payloads.

    It has the operation and its variables, without the one that only says where the stream begins.
    """
    variables = dict(prepared.request.variables)
    start = _start_variable(prepared)
    if start is not None:
        variables.pop(start, None)
    encoded = msgspec.json.encode(variables, order="sorted")
    return prepared.document.text, prepared.request.operation_name, encoded


def _start_variable(prepared: PreparedOperation) -> str | None:
    """Return the name of the variable that is the argument ``after`` of the root field, and nothing else."""
    for field in prepared.operation.node.selection_set.selections:
        for argument in field.arguments or () if isinstance(field, FieldNode) else ():
            value = argument.value
            if argument.name.value == _AFTER and isinstance(value, VariableNode):
                name = value.name.value
                return name if _count_uses(prepared.document.node, name) == 1 else None
    return None


def _count_uses(document: Node, name: str) -> int:
    counter = _Counter(name)
    visit(document, counter)
    return counter.uses


class _Counter(Visitor):
    """Counts the uses of a variable, without its definition."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.uses = 0

    def enter_variable_definition(self, *_arguments: object) -> object:
        return self.SKIP

    def enter_variable(self, node: VariableNode, *_arguments: object) -> None:
        self.uses += node.name.value == self._name
