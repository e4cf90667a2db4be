"""Use cases that change something: check the command, have a process host do it, say why where it cannot be."""

from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

from bpmn_events.application.commands.command import Command, Submission, submission
from bpmn_events.application.ports.process_host import TargetNotFound
from bpmn_events.domain.errors import DomainError, NotFound
from bpmn_events.domain.payload import PayloadLimits
from bpmn_events.domain.principal import Principal

C = TypeVar("C", bound=Command[Any])
R = TypeVar("R")


class UseCase(Generic[C, R]):
    """One kind of command, for the edges to call.

    ``handle`` is the host's method. ``explain_not_found`` finds the reason where the command addresses nothing, and
    ``on_result`` is told how each command ended.
    """

    def __init__(
        self,
        handle: Callable[[Submission[C]], Awaitable[R]],
        limits: PayloadLimits,
        *,
        explain_not_found: Callable[[Submission[C]], Awaitable[NotFound]] | None = None,
        on_result: Callable[[R | DomainError], None] | None = None,
    ) -> None:
        self._handle = handle
        self._limits = limits
        self._why_not_there = explain_not_found
        self._on_result = on_result

    async def __call__(self, principal: Principal | None, command: C) -> R:
        """Do what the command asks for, and return its outcome once that is durable.

        Raises:
            Unauthorized, Forbidden, InvalidArgument, InvalidPayload: as ``submission``.
            DomainError: as the host's method; nothing was changed.
        """
        try:
            submitted = submission(principal, command, self._limits)
            try:
                outcome = await self._handle(submitted)
            except TargetNotFound:
                if self._why_not_there is None:
                    raise
                raise await self._why_not_there(submitted) from None
        except DomainError as refusal:
            if self._on_result is not None:
                self._on_result(refusal)
            raise
        if self._on_result is not None:
            self._on_result(outcome)
        return outcome
