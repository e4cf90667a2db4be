"""One delivery, as the expressions of its hook read it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from bpmn_events.application.hooks.expressions import ExpressionFailed, HookExpression
from bpmn_events.application.hooks.signature import Headers

# A text, or an expression of it.
HookText: TypeAlias = str | HookExpression


@dataclass(frozen=True, slots=True)
class Delivery:
    """The variables of the expressions."""

    variables: Mapping[str, Any]

    @classmethod
    def of(cls, headers: Headers, body: bytes, document: Any) -> "Delivery":
        """Return a delivery with these headers and the value of its body.

        A header with ``_`` in its name is left out: it would stand for another one with ``-``, which may be signed.
        """
        fields = {name.replace("-", "_"): ", ".join(values) for name, values in headers.items() if "_" not in name}
        return cls({"body": document, "headers": fields, "digest": hashlib.sha256(body).hexdigest()})

    def value(self, expression: HookExpression) -> Any:
        """Return the value of the expression.

        Raises:
            ExpressionFailed: It has none.
        """
        return expression.evaluate(self.variables)

    def text(self, text: HookText) -> str:
        """Return the text, or the value of its expression. A whole number becomes the text of its digits.

        Raises:
            ExpressionFailed: The value is neither a text nor a whole number, or is empty.
        """
        if isinstance(text, str):
            return text
        value = self.value(text)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str) or not value:
            raise ExpressionFailed(f"`{text.text}` is {_kind(value)}, where a text is needed")
        return value

    def optional_text(self, text: HookText | None) -> str | None:
        """Return the text as ``text`` does; None if the hook has none.

        Raises:
            ExpressionFailed: As ``text``.
        """
        return None if text is None else self.text(text)

    def payload(self, expression: HookExpression | None) -> Any:
        """Return the payload; None if the hook sends none.

        Raises:
            ExpressionFailed: The value is no context. A null is a mistake, too.
        """
        if expression is None:
            return None
        payload = self.value(expression)
        if not isinstance(payload, dict):
            raise ExpressionFailed(f"`{expression.text}` is {_kind(payload)}, where a context is needed")
        return payload


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case "":
            return "an empty text"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "a context"
