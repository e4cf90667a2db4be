"""Start a process instance, in a new or an existing correlation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from bpmn_events.application.commands.command import Command, check_text, checked_command
from bpmn_events.application.ports.engine import Engine, ExecutableModel, StartElement
from bpmn_events.application.ports.payload_schemas import PayloadSchemas
from bpmn_events.application.ports.transaction import Transaction
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.writing.batch import ExecutionBatch
from bpmn_events.application.writing.idempotency import Replays
from bpmn_events.application.writing.model_catalog import ModelCatalog
from bpmn_events.application.writing.writer import Writer
from bpmn_events.domain import ids
from bpmn_events.domain.access import require_lane
from bpmn_events.domain.errors import DomainError, InvalidArgument, InvalidPayload, ProcessModelNotFound
from bpmn_events.domain.payload import PayloadLimits
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import ProcessInstance

_OPERATION = "start_instance"


@dataclass(frozen=True, slots=True)
class StartRequest:
    """``correlation_id`` None lets the server choose one. ``start_element_id`` names one of several start events."""

    process_model_key: str
    correlation_id: str | None = None
    start_element_id: str | None = None
    payload: Any = None
    idempotency_key: str | None = None

    @property
    def asks_for(self) -> tuple[Any, ...]:
        return self.process_model_key, self.correlation_id, self.start_element_id, self.payload


@dataclass(frozen=True, slots=True)
class StartOutcome:
    process_instance: ProcessInstance
    replayed: bool = False


_Command: TypeAlias = Command[StartRequest]


class StartInstance:
    def __init__(
        self,
        writer: Writer,
        engine: Engine,
        catalog: ModelCatalog,
        schemas: PayloadSchemas,
        limits: PayloadLimits,
        clock: Callable[[], datetime],
    ) -> None:
        self._writer = writer
        self._engine = engine
        self._catalog = catalog
        self._schemas = schemas
        self._limits = limits
        self._clock = clock

    async def __call__(self, principal: Principal | None, request: StartRequest) -> StartOutcome:
        """Run a new instance of the model's latest version to its first waiting points.

        Raises:
            Unauthorized, Forbidden, InvalidPayload, InvalidArgument, ProcessModelNotFound, Conflict, ProcessFailed.
        """
        command = checked_command(
            principal, Permission.PROCESSES_START, _OPERATION, request, request.payload, self._limits
        )
        check_text("correlation_id", request.correlation_id)
        return await self._writer.submit(self._decide, command)

    async def _decide(
        self, transaction: Transaction, changes: WriteSet, commands: Sequence[_Command]
    ) -> list[StartOutcome | DomainError]:
        models = await transaction.latest_models({command.request.process_model_key for command in commands})
        replays = await Replays.load(commands, transaction, changes)
        batch = ExecutionBatch(self._engine, self._catalog, transaction, changes)
        await batch.supply(model.id for model in models.values())
        outcomes: list[StartOutcome | DomainError] = []
        for command in commands:
            try:
                replayed = replays.answer(command, StartOutcome)
                if replayed is None:
                    model = models.get(command.request.process_model_key)
                    if model is None:
                        raise ProcessModelNotFound(command.request.process_model_key)
                    outcomes.append(await self._start(command, model.id, batch, replays))
                else:
                    outcomes.append(replace(replayed, replayed=True))
            except DomainError as refusal:
                outcomes.append(refusal)
        return outcomes

    async def _start(self, command: _Command, model_id: str, batch: ExecutionBatch, replays: Replays) -> StartOutcome:
        principal, request = command.principal, command.request
        start = _start_element(batch.models.by_id[model_id], request.start_element_id)
        payload = {} if request.payload is None else request.payload
        if start is not None:
            require_lane(principal, start.lane)
            self._check_schema(start, payload)
        now = self._clock()
        correlation_id = request.correlation_id or ids.new_id(ids.CORRELATION)
        advanced = await batch.start(model_id, start, payload, correlation_id, now, principal.subject)
        batch.commit(advanced)
        outcome = StartOutcome(advanced.instances[advanced.root_id])
        replays.remember(command, outcome, now)
        return outcome

    def _check_schema(self, start: StartElement, payload: dict[str, Any]) -> None:
        if start.payload_schema is not None:
            violations = self._schemas.violations(start.payload_schema, payload)
            if violations:
                raise InvalidPayload(violations)


def _start_element(model: ExecutableModel, start_element_id: str | None) -> StartElement | None:
    """The start event to begin at: the one that was named, else the only plain one, else the only one.

    None where the process has no start event at all and begins at every node that nothing leads to.

    Raises:
        InvalidArgument: there is no such start event, or several and none was named.
    """
    starts = model.start_elements
    if start_element_id is not None:
        if start_element_id not in starts:
            raise InvalidArgument("start_element_id", f"{model.key!r} has no start event {start_element_id!r}")
        return starts[start_element_id]
    plain = [start for start in starts.values() if start.event_type is None]
    choices = plain or list(starts.values())
    if len(choices) > 1:
        names = ", ".join(start.element_id for start in choices)
        raise InvalidArgument("start_element_id", f"{model.key!r} has several start events: name one of {names}")
    return choices[0] if choices else None
