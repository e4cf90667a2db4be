"""The use case of a delivery whose signature is right."""

from collections.abc import Mapping
from typing import Any

from bpmn_events.application.commands.trigger_by_name import TriggerByNameOutcome
from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.application.commands.trigger_message import TriggerMessage
from bpmn_events.application.commands.trigger_signal import TriggerSignal
from bpmn_events.application.hooks.hook import Hook
from bpmn_events.application.hooks.outcomes import HookOutcome, HookResult
from bpmn_events.application.hooks.targets import Circumstances
from bpmn_events.application.ports.clock import Clock
from bpmn_events.application.ports.hooks.expressions import ExpressionFailed
from bpmn_events.application.services import Services
from bpmn_events.domain.errors import NotFound
from bpmn_events.domain.principal import Principal


class DeliverToProcess:
    """Turns a delivery into its command, and executes it once for each id of a delivery."""

    def __init__(self, services: Services, clock: Clock) -> None:
        self._services = services
        self._clock = clock

    async def __call__(self, hook: Hook, variables: Mapping[str, Any]) -> HookResult:
        """Execute the command of the delivery.

        A delivery that nobody waits for is not remembered: if the provider sends it again, it may find a receiver.

        Raises:
            DomainError: As the use case of the command, without ``NotFound``.
        """
        circumstances = Circumstances(variables, self._clock())
        try:
            if not hook.accepts(circumstances):
                return HookResult(HookOutcome.IGNORED, "its condition is not met")
            command = hook.target.command(circumstances, hook.idempotency_key(circumstances))
            outcome = await self._execute(hook.principal, command)
        except ExpressionFailed as failure:
            return HookResult(HookOutcome.REFUSED, str(failure))
        except NotFound as error:
            return HookResult(HookOutcome.NOBODY_WAITS, error.message)
        if outcome.replayed:
            return HookResult(HookOutcome.DUPLICATE, "it was delivered before")
        if isinstance(outcome, TriggerByNameOutcome) and outcome.is_empty:
            return HookResult(HookOutcome.NOBODY_WAITS, "no event waits for it")
        return HookResult(HookOutcome.DELIVERED)

    async def _execute(
        self, principal: Principal, command: TriggerEvent | TriggerMessage | TriggerSignal
    ) -> TriggerOutcome | TriggerByNameOutcome:
        match command:
            case TriggerEvent():
                return await self._services.trigger_event(principal, command)
            case TriggerMessage():
                return await self._services.trigger_message(principal, command)
            case TriggerSignal():
                return await self._services.trigger_signal(principal, command)
