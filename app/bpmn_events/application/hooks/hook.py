"""A hook: the address at which a provider delivers its webhooks."""

import hashlib
from dataclasses import dataclass
from typing import Any

from bpmn_events.application.hooks.delivery import Delivery
from bpmn_events.application.hooks.expressions import ExpressionFailed, HookExpression
from bpmn_events.application.hooks.signature import SignatureScheme
from bpmn_events.application.hooks.targets import HookTarget
from bpmn_events.domain.ids import MAX_LENGTH, is_valid_id
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
        challenge: The text that a provider asks for to verify the address; None if it does not ask.
        must_be_received: True if a delivery that nobody waits for is an error, so that the provider sends it again.
        json_field: The field of a form whose text is the JSON body; None if the fields are the body.
    """

    name: str
    signature: SignatureScheme
    principal: Principal
    target: HookTarget
    delivery_id: HookExpression
    condition: HookExpression | None = None
    challenge: HookExpression | None = None
    must_be_received: bool = False
    json_field: str | None = None

    def accepts(self, delivery: Delivery) -> bool:
        """Return True if the delivery counts. A condition that is null is not met.

        Raises:
            ExpressionFailed: The condition is neither true nor false.
        """
        if self.condition is None:
            return True
        value: Any = delivery.value(self.condition)
        if value is None or isinstance(value, bool):
            return bool(value)
        raise ExpressionFailed(f"`{self.condition.text}` is neither true nor false")

    def challenge_of(self, delivery: Delivery) -> str | None:
        """Return the challenge that the delivery asks for, or None if it is a usual one.

        Raises:
            ExpressionFailed: The challenge is no text of 1 to 255 characters.
        """
        if self.challenge is None or (value := delivery.value(self.challenge)) is None:
            return None
        if not isinstance(value, str) or not is_valid_id(value):
            raise ExpressionFailed(f"`{self.challenge.text}` is no text of 1 to {MAX_LENGTH} characters")
        return value

    def idempotency_key(self, delivery: Delivery) -> str:
        """Return the idempotency key of the delivery: its id with the name of the hook, or a digest if that is no key.

        Raises:
            ExpressionFailed: The delivery has no id.
        """
        delivery_id = delivery.text(self.delivery_id)
        key = f"hook:{self.name}:{delivery_id}"
        if len(key) <= MAX_LENGTH and key.isascii() and key.isprintable() and key == key.strip():
            return key
        digest = hashlib.sha256(delivery_id.encode("utf-8", "surrogatepass")).hexdigest()
        return f"hook:{self.name}#{digest}"
