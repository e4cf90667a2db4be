"""The use case of a delivery."""

from collections.abc import Mapping
from functools import partial

from bpmn_events.application.commands.trigger_by_name import TriggerByNameOutcome
from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.application.commands.trigger_message import TriggerMessage
from bpmn_events.application.hooks.delivery import Delivery
from bpmn_events.application.hooks.expressions import ExpressionFailed
from bpmn_events.application.hooks.hook import Hook
from bpmn_events.application.hooks.outcomes import HookOutcome, HookResult
from bpmn_events.application.hooks.reports import HookReports
from bpmn_events.application.hooks.signature import Headers
from bpmn_events.application.hooks.targets import HookCommand
from bpmn_events.application.ports.cells import Cells
from bpmn_events.application.ports.clock import Clock, utc_now
from bpmn_events.application.ports.threads import WorkThread
from bpmn_events.application.services import Services
from bpmn_events.domain.errors import NotFound, ProcessModelNotFound
from bpmn_events.domain.principal import Principal

# Most deliveries are shorter, and never wait for the evaluation of a longer one.
_SHORT_BYTES = 16_384


class Deliveries:
    """The deliveries to the hooks of a server: checks their signatures, and executes each id of a delivery once."""

    def __init__(self, hooks: Mapping[str, Hook], services: Services, cells: Cells, clock: Clock = utc_now) -> None:
        self._hooks = hooks
        self._services = services
        self._clock = clock
        self._short = WorkThread("short-deliveries")
        self._long = WorkThread("long-deliveries")
        self.reports = HookReports(hooks, cells, clock)

    def hook(self, name: str) -> Hook | None:
        """Return the hook of this name, or None."""
        return self._hooks.get(name)

    def verify(self, hook: Hook, headers: Headers, body: bytes) -> None:
        """Check the signature of a delivery.

        Raises:
            BadSignature: The delivery is not signed as it has to be.
        """
        hook.signature.verify(headers, body, self._clock().timestamp())

    async def execute(self, hook: Hook, delivery: Delivery, size: int) -> HookResult:
        """Execute the command of a delivery whose body has this number of bytes.

        A delivery that nobody waits for is not remembered: if the provider sends it again, it may find a receiver.

        Raises:
            DomainError: As the use case of the command, without ``NotFound``.
        """
        thread = self._short if size <= _SHORT_BYTES else self._long
        try:
            prepared = await thread.run(partial(_prepare, hook, delivery))
            if isinstance(prepared, HookResult):
                return prepared
            outcome = await self._submit(hook.principal, prepared)
        except ExpressionFailed as failure:
            return HookResult(HookOutcome.REFUSED, str(failure))
        except NotFound as error:
            is_hook_wrong = isinstance(error, ProcessModelNotFound) and isinstance(hook.target.process_model, str)
            return HookResult(HookOutcome.NOBODY_WAITS, error.message, is_hook_wrong=is_hook_wrong)
        if outcome.replayed:
            return HookResult(HookOutcome.DUPLICATE, "it was delivered before")
        if isinstance(outcome, TriggerByNameOutcome) and outcome.is_empty:
            return HookResult(HookOutcome.NOBODY_WAITS, "no event waits for it")
        return HookResult(HookOutcome.DELIVERED)

    async def _submit(self, principal: Principal, command: HookCommand) -> TriggerOutcome | TriggerByNameOutcome:
        if isinstance(command, TriggerEvent):
            return await self._services.trigger_event(principal, command)
        if isinstance(command, TriggerMessage):
            return await self._services.trigger_message(principal, command)
        return await self._services.trigger_signal(principal, command)


def _prepare(hook: Hook, delivery: Delivery) -> HookCommand | HookResult:
    """Return the command of a delivery, or the result of one that has none.

    Raises:
        ExpressionFailed: An expression of the hook has no value.
    """
    if (challenge := hook.challenge_of(delivery)) is not None:
        return HookResult(HookOutcome.CHALLENGED, "it asked for a challenge", challenge)
    if not hook.accepts(delivery):
        return HookResult(HookOutcome.IGNORED, "its condition is not met")
    return hook.target.command(delivery, hook.idempotency_key(delivery))
