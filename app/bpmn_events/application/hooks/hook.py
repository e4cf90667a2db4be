"""A hook: the address at which a provider delivers its webhooks."""

import hashlib
from dataclasses import dataclass
from typing import Any

from bpmn_events.application.hooks.signature import SignatureScheme
from bpmn_events.application.hooks.targets import Circumstances, HookTarget
from bpmn_events.application.ports.hooks.expressions import ExpressionFailed, HookExpression
from bpmn_events.domain.ids import MAX_LENGTH
from bpmn_events.domain.principal import Principal


@dataclass(frozen=True, slots=True)
class Hook:
    """A hook, as its file describes it.

    Attributes:
        name: The last segment of its path.
        signature: How its deliveries are signed.
        principal: The caller in whose name the hook acts.
        target: The receivers of a delivery.
        delivery_id: The id of a delivery, which is the same each time the provider sends it.
        condition: Which deliveries count; None if all do.
        must_be_received: True if a delivery that nobody waits for is an error, so that the provider sends it again.
        json_field: The field of a form whose text is the JSON body; None if the fields are the body.
    """

    name: str
    signature: SignatureScheme
    principal: Principal
    target: HookTarget
    delivery_id: HookExpression
    condition: HookExpression | None = None
    must_be_received: bool = False
    json_field: str | None = None

    def accepts(self, circumstances: Circumstances) -> bool:
        """Return True if the delivery counts. A condition that is null is not met.

        Raises:
            ExpressionFailed: The condition is neither true nor false.
        """
        value: Any = True if self.condition is None else circumstances.value(self.condition)
        if value is None or isinstance(value, bool):
            return bool(value)
        assert self.condition is not None
        raise ExpressionFailed(f"`{self.condition.text}` is neither true nor false")

    def idempotency_key(self, circumstances: Circumstances) -> str:
        """Return the idempotency key of the delivery: its id with the name of the hook, or a digest if that is no key.

        Raises:
            ExpressionFailed: The delivery has no id.
        """
        delivery_id = circumstances.text(self.delivery_id)
        key = f"hook:{self.name}:{delivery_id}"
        if len(key) <= MAX_LENGTH and key.isascii() and key.isprintable() and key == key.strip():
            return key
        digest = hashlib.sha256(delivery_id.encode("utf-8", "surrogatepass")).hexdigest()
        return f"hook:{self.name}#{digest}"
