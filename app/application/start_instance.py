"""Start a process instance, in a new or an existing correlation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.application.access import require, require_lane
from app.application.execution_batch import ExecutionBatch
from app.application.idempotency import Replays, check_idempotency_key, encode_answer, fingerprint
from app.application.model_catalog import ModelCatalog
from app.application.ports.engine import Engine, ExecutableModel, StartElement
from app.application.ports.payload_schemas import PayloadSchemas
from app.application.ports.writing import Changes, IdempotencyKey, IdempotencyRecord, Transaction
from app.application.writer import Writer
from app.domain import ids
from app.domain.errors import (
    DomainError,
    InvalidArgument,
    InvalidPayload,
    ProcessModelNotFound,
)
from app.domain.payload import PayloadLimits, check_size, checked_payload
from app.domain.principal import Permission, Principal
from app.domain.processes import ProcessInstance

_OPERATION = "start_instance"


@dataclass(frozen=True, slots=True)
class StartRequest:
    """``correlation_id`` None lets the server choose one. ``start_element_id`` names one of several start events."""

    process_model_key: str
    correlation_id: str | None = None
    start_element_id: str | None = None
    payload: Any = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class StartOutcome:
    process_instance: ProcessInstance
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class _Command:
    principal: Principal
    request: StartRequest
    digest: bytes

    @property
    def key(self) -> IdempotencyKey | None:
        key = self.request.idempotency_key
        return None if key is None else IdempotencyKey(self.principal.subject, _OPERATION, key)


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
        principal = require(principal, Permission.PROCESSES_START)
        if request.correlation_id is not None and not ids.is_usable(request.correlation_id):
            raise InvalidArgument("correlation_id", f"takes 1 to {ids.MAX_LENGTH} printable characters")
        check_idempotency_key(request.idempotency_key)
        checked_payload(request.payload, self._limits)
        check_size(encode_answer(request.payload), self._limits)
        digest = fingerprint(
            request.idempotency_key,
            request.process_model_key,
            request.correlation_id,
            request.start_element_id,
            request.payload,
        )
        return await self._writer.submit(self._decide, _Command(principal, request, digest))

    async def _decide(
        self, transaction: Transaction, changes: Changes, commands: Sequence[_Command]
    ) -> list[StartOutcome | DomainError]:
        models = await transaction.latest_models({command.request.process_model_key for command in commands})
        replays = await Replays.load({command.key for command in commands if command.key}, transaction, changes)
        batch = ExecutionBatch(self._engine, self._catalog, transaction, changes)
        await batch.supply(model.id for model in models.values())
        outcomes: list[StartOutcome | DomainError] = []
        for command in commands:
            try:
                replayed = replays.answer(command.key, command.digest, StartOutcome)
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
        replays.check(command.key)
        now = self._clock()
        correlation_id = request.correlation_id or ids.new_id(ids.CORRELATION)
        advanced = await batch.start(model_id, start, payload, correlation_id, now, principal.subject)
        batch.commit(advanced)
        outcome = StartOutcome(advanced.instances[advanced.root_id])
        if command.key is not None:
            replays.remember(IdempotencyRecord(command.key, command.digest, encode_answer(outcome), now))
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
