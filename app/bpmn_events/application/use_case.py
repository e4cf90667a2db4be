"""The use case of a command: check it, let the process host execute it, and report the result."""

from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

from bpmn_events.application.commands.command import Command, Submission, check_command
from bpmn_events.application.ports.current_origin import CURRENT_ORIGIN
from bpmn_events.application.ports.process_host import TargetNotFound
from bpmn_events.domain.errors import Conflict, DomainError, EventAmbiguous, TaskAmbiguous
from bpmn_events.domain.payload import PayloadLimits
from bpmn_events.domain.principal import Principal

C = TypeVar("C", bound=Command[Any])
R = TypeVar("R")


# In a loop, other callers may be first at one occurrence after another.
_ATTEMPTS = 20


class UseCase(Generic[C, R]):
    """The use case of one kind of command, as GraphQL, REST and the command line call it.

    Args:
        handle: The method of the process host for this kind of command.
        limits: The limits of the command's payload.
        explain_not_found: Returns the error that replaces ``TargetNotFound``, or None if the target exists by now: the
            command is executed again then. Without the function, ``TargetNotFound`` passes.
        count_candidates: Returns the ambiguous error with the number of candidates. None lets it pass.
        on_result: Called with each outcome or typed error.
        limit: Called with the principal before the command is executed; raises ``TooManyRequests`` to refuse it. None
            sets no limit.
    """

    def __init__(
        self,
        handle: Callable[[Submission[C]], Awaitable[R]],
        limits: PayloadLimits,
        *,
        explain_not_found: Callable[[Submission[C]], Awaitable[DomainError | None]] | None = None,
        count_candidates: Callable[[Submission[C], Any], Awaitable[DomainError]] | None = None,
        on_result: Callable[[R | DomainError], None] | None = None,
        limit: Callable[[Principal], None] | None = None,
    ) -> None:
        self._handle = handle
        self._limits = limits
        self._explain_not_found = explain_not_found
        self._count_candidates = count_candidates
        self._on_result = on_result
        self._limit = limit

    async def __call__(self, principal: Principal | None, command: C) -> R:
        """Execute the command and return its outcome, which is then durable.

        Raises:
            Unauthorized: There is no authenticated principal.
            Forbidden: The principal lacks the command's permission.
            InvalidArgument: An argument has a value that no request can have.
            InvalidPayload: The payload is not a JSON object within the limits.
            TooManyRequests: The principal has used up a rate limit.
            TargetNotFound: The command's target does not exist, and the use case has no ``explain_not_found``.
            Conflict: The target existed again and again, but other callers were always first.
            DomainError: The process host refused the command; nothing was changed.
        """
        try:
            submission = check_command(principal, command, self._limits, CURRENT_ORIGIN.get())
            if self._limit is not None:
                self._limit(submission.principal)
            outcome = await self._execute(submission)
        except DomainError as error:
            if self._on_result is not None:
                self._on_result(error)
            raise
        if self._on_result is not None:
            self._on_result(outcome)
        return outcome

    async def _execute(self, submission: Submission[C]) -> R:
        for _ in range(_ATTEMPTS):
            try:
                return await self._handle(submission)
            except TargetNotFound:
                if self._explain_not_found is None:
                    raise
                error = await self._explain_not_found(submission)
                if error is not None:
                    raise error from None
            except (EventAmbiguous, TaskAmbiguous) as ambiguous:
                if self._count_candidates is None:
                    raise
                raise await self._count_candidates(submission, ambiguous) from None
        raise Conflict("Other callers were first, several times: try again.", retryable=True)
