"""Deploy a BPMN file: every executable process in it becomes a new version of its model, unless nothing changed."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bpmn_events.application.ports.engine import Engine, ExecutableModel, StartElement
from bpmn_events.application.ports.payload_schemas import PayloadSchemas
from bpmn_events.application.ports.transaction import Transaction
from bpmn_events.application.ports.write_set import EventStart, NewModel, WriteSet
from bpmn_events.application.writing.model_catalog import ModelCatalog
from bpmn_events.application.writing.writer import Writer
from bpmn_events.domain import ids
from bpmn_events.domain.access import require
from bpmn_events.domain.errors import DomainError, InvalidProcessModel, ModelIssue
from bpmn_events.domain.events import CatchElement, EventType
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import ProcessModel


@dataclass(frozen=True, slots=True)
class _Command:
    principal: Principal
    bpmn_xml: str
    compiled: tuple[ExecutableModel, ...]


class DeployModel:
    def __init__(
        self,
        writer: Writer,
        engine: Engine,
        catalog: ModelCatalog,
        schemas: PayloadSchemas,
        clock: Callable[[], datetime],
    ) -> None:
        self._writer = writer
        self._engine = engine
        self._catalog = catalog
        self._schemas = schemas
        self._clock = clock

    async def __call__(self, principal: Principal | None, bpmn_xml: str) -> tuple[ProcessModel, ...]:
        """The deployed models in document order; the existing version where its text is the same as before.

        Raises:
            Unauthorized, Forbidden, InvalidProcessModel.
        """
        principal = require(principal, Permission.PROCESSES_DEPLOY)
        compiled = tuple(await asyncio.to_thread(self._engine.compile, bpmn_xml))
        self._check_schemas(compiled)
        return await self._writer.submit(self._decide, _Command(principal, bpmn_xml, compiled))

    def _check_schemas(self, compiled: Sequence[ExecutableModel]) -> None:
        issues = []
        for model in compiled:
            elements: list[CatchElement | StartElement] = [
                *model.catch_elements.values(),
                *model.start_elements.values(),
            ]
            for element in elements:
                reason = None if element.payload_schema is None else self._schemas.check_schema(element.payload_schema)
                if reason is not None:
                    line = model.lines.get(element.element_id)
                    issues.append(
                        ModelIssue(f"its payloadSchema is no valid JSON Schema: {reason}", element.element_id, line)
                    )
        if issues:
            raise InvalidProcessModel(tuple(issues))

    async def _decide(
        self, transaction: Transaction, changes: WriteSet, commands: Sequence[_Command]
    ) -> list[tuple[ProcessModel, ...] | DomainError]:
        keys = {model.key for command in commands for model in command.compiled}
        latest = await transaction.latest_models(keys)
        texts = await transaction.bpmn_xml([model.id for model in latest.values()])
        return [
            tuple(self._deploy(command, model, latest, texts, changes) for model in command.compiled)
            for command in commands
        ]

    def _deploy(
        self,
        command: _Command,
        compiled: ExecutableModel,
        latest: dict[str, ProcessModel],
        texts: dict[str, str],
        changes: WriteSet,
    ) -> ProcessModel:
        before = latest.get(compiled.key)
        if before is not None and texts[before.id] == command.bpmn_xml:
            return before
        model = ProcessModel(
            id=ids.new_id(ids.PROCESS_MODEL),
            key=compiled.key,
            version=before.version + 1 if before else 1,
            name=compiled.name,
            deployed_at=self._clock(),
            deployed_by=command.principal.subject,
            catch_elements=dict(compiled.catch_elements),
        )
        changes.new_models.append(NewModel(model, command.bpmn_xml, _event_starts(model, compiled)))
        latest[model.key], texts[model.id] = model, command.bpmn_xml
        self._catalog.add(model.id, compiled)
        return model


def _event_starts(model: ProcessModel, compiled: ExecutableModel) -> tuple[EventStart, ...]:
    """Where a message or signal begins an instance; only the latest version of a model is started by them."""
    return tuple(
        EventStart(start.event_type, start.event_name, model.key, model.id, start.element_id)
        for start in compiled.start_elements.values()
        if start.event_type in (EventType.MESSAGE, EventType.SIGNAL) and start.event_name is not None
    )
