"""Texts with expressions in them, such as ``Order ${id}``, as in the Unified Expression Language of JSP 2.1."""

import re
from collections.abc import Callable
from functools import partial

from lxml import etree

from bpmn_events.adapters.hosts.embedded.expressions.composition import constant, text_of
from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError
from bpmn_events.adapters.hosts.embedded.parsing.definitions.expressions import parse_text, read_expression
from bpmn_events.adapters.hosts.embedded.parsing.document import BpmnDocument
from bpmn_events.adapters.hosts.embedded.parsing.support_pages import EXPRESSIONS_PAGE

_MARK = re.compile(r"(\\?)([$#]\{)")


def has_expression(text: str) -> bool:
    """Return True if the text is an expression, or has expressions in it."""
    return text.lstrip().startswith("=") or _MARK.search(text) is not None


def parse_mixed_text(document: BpmnDocument, element: etree._Element, text: str) -> Expression:
    """Return the expression of a text as ``read_mixed_text``. Refuse, at the element, a text that has none."""
    try:
        return _compose(text, partial(parse_text, document, element))
    except ExpressionError as error:
        document.refuse(element, str(error), EXPRESSIONS_PAGE)
        return Expression.refused(text, str(error))


def read_mixed_text(document: BpmnDocument, text: str) -> Expression:
    """Return the expression of a text: its one expression, a text made of its parts, or the plain text.

    Raises:
        ExpressionError: An expression is not in the language, or does not end.
    """
    return _compose(text, partial(read_expression, document))


def _compose(text: str, read: Callable[[str], Expression]) -> Expression:
    if text.lstrip().startswith("="):
        return read(text)
    pieces = _split(text)
    if pieces is None:
        raise ExpressionError(f"an expression in the text {text[:80]!r} does not end")
    parts = [read(piece) if is_expression else piece for piece, is_expression in pieces]
    if not parts:
        return constant("")
    if len(parts) > 1:
        return text_of(text, parts)
    return constant(parts[0]) if isinstance(parts[0], str) else parts[0]


def _split(text: str) -> list[tuple[str, bool]] | None:
    """Return the parts of the text, each with True for an expression; None if an expression does not end.

    A backslash before an expression makes it plain text.
    """
    parts: list[tuple[str, bool]] = []
    plain: list[str] = []
    position = 0
    while (mark := _MARK.search(text, position)) is not None:
        plain.append(text[position : mark.start()])
        if mark[1]:
            plain.append(mark[2])
            position = mark.end()
            continue
        end = _end_of_expression(text, mark.end())
        if end is None:
            return None
        parts += _plain(plain)
        parts.append((text[mark.start() : end], True))
        plain, position = [], end
    return [*parts, *_plain([*plain, text[position:]])]


def _plain(pieces: list[str]) -> list[tuple[str, bool]]:
    text = "".join(pieces)
    return [(text, False)] if text else []


def _end_of_expression(text: str, position: int) -> int | None:
    """Return the position after the brace that ends the expression; None if there is none."""
    depth, quote = 1, ""
    while position < len(text):
        character = text[position]
        if quote:
            position += character == "\\"
            quote = "" if character == quote else quote
        elif character in "'\"`":
            quote = character
        elif character in "{}":
            depth += 1 if character == "{" else -1
            if depth == 0:
                return position + 1
        position += 1
    return None
