"""Release of what the preparation of a document leaves behind: objects that refer to each other in circles.

Only the garbage collector would free them. It holds up all requests while it looks at some ten thousand objects for
each large document.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, cast

from graphql import ASTValidationRule, DocumentNode, FieldNode, Location, Node, Token, TokenKind, Visitor, visit

Rules = Collection[type[ASTValidationRule]]


@contextmanager
def released_rules(rules: Rules) -> Iterator[Rules]:
    """Yield the rules for one validation. On exit, their instances lose their state, such as compared fields."""
    instances: list[ASTValidationRule] = []

    def recorded(rule: type[ASTValidationRule]) -> Any:
        def create(context: Any) -> ASTValidationRule:
            instances.append(rule(context))
            return instances[-1]

        return create

    try:
        yield cast("Rules", [recorded(rule) for rule in rules])
    finally:
        for instance in instances:
            vars(instance).clear()


def release_tokens(document: DocumentNode) -> frozenset[str]:
    """Release the tokens of a document, a third of its memory. Return the names of its fields, found on the way."""
    token = document.loc.start_token if document.loc else None
    visitor = _TokenRelease()
    visit(document, visitor)
    while token is not None:
        following = token.next
        token.prev = token.next = None
        token = following
    return frozenset(visitor.field_names)


class _TokenRelease(Visitor):
    """Gives all locations one token. They keep their positions, which errors need."""

    _TOKEN = Token(TokenKind.SOF, 0, 0, 0, 0)

    def __init__(self) -> None:
        super().__init__()
        self.field_names: set[str] = set()

    def enter(self, node: Node, *_args: Any) -> None:
        if isinstance(node, FieldNode):
            self.field_names.add(node.name.value)
        if node.loc is not None:
            self._release(node.loc)

    def _release(self, location: Location) -> None:
        location.start_token = location.end_token = self._TOKEN
