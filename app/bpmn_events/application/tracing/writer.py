"""A writer with a span for each batch of commands."""

from typing import Any

from bpmn_events.application.ports.tracing import Tracer, Value
from bpmn_events.application.tracing.errors import failure_type
from bpmn_events.application.writing.pending_command import PendingCommand
from bpmn_events.application.writing.writer import Writer


class TracedWriter(Writer):
    """Traces the batches that have a command from a recorded span.

    The span of a batch is inside the span of its first such command, and is linked with those of all of them. So the
    trace of a lone command is complete, and the sampling of the command decides about its batch.

    Args:
        tracer: Starts the spans.
        database: The name of the database system, such as ``sqlite``.
        options: The arguments of ``Writer``.
    """

    def __init__(self, tracer: Tracer, database: str, **options: Any) -> None:
        super().__init__(**options)
        self._tracer = tracer
        self._database = database
        self._attempts = 0

    def _enqueue(self, entry: PendingCommand) -> None:
        if not entry.waits:  # else this is the task of a deferred command
            entry.caller = self._tracer.current()
        super()._enqueue(entry)

    async def _commit(self, pending: list[PendingCommand], *, may_take_long: bool = True) -> None:
        callers = list(dict.fromkeys(entry.caller for entry in pending if entry.caller is not None))
        if not callers:
            return await super()._commit(pending, may_take_long=may_take_long)
        attributes: dict[str, Value] = {"db.system.name": self._database, "bpmn_events.batch.commands": len(pending)}
        span = self._tracer.start("write batch", attributes, parent=callers[0], linked=callers)
        self._attempts = 0
        try:
            await super()._commit(pending, may_take_long=may_take_long)
        except Exception as error:
            span.set("bpmn_events.batch.rolled_back", True)
            if (error_type := failure_type(error)) is not None:
                span.fail(error_type)
            raise
        finally:
            span.set("bpmn_events.batch.attempts", self._attempts)
            span.end()

    async def _commit_once(self, pending: list[PendingCommand], *, wait_for_locks: bool, is_alone: bool) -> None:
        self._attempts += 1
        await super()._commit_once(pending, wait_for_locks=wait_for_locks, is_alone=is_alone)
