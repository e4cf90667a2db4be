"""Deployment of a BPMN file: compile its processes outside of transactions, and store the changed ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bpmn_events.adapters.hosts.embedded.engine_port import CompiledFile, ExecutableModel
from bpmn_events.adapters.hosts.embedded.execution.dependencies import HostDependencies
from bpmn_events.adapters.hosts.embedded.handlers.command_batch import CommandBatch, Locks
from bpmn_events.adapters.hosts.embedded.handlers.fire_start_timer import first_start_timers
from bpmn_events.application.commands.command import CommandTargets, Submission
from bpmn_events.application.commands.deploy_model import Deployment, DeployModel
from bpmn_events.application.ports.payload_schemas import PayloadSchemas
from bpmn_events.application.ports.transaction import Transaction, model_lock
from bpmn_events.application.ports.write_set import EventStart, NewModel
from bpmn_events.domain import ids
from bpmn_events.domain.errors import InvalidProcessModel, ModelIssue
from bpmn_events.domain.events import CatchElement, EventType, StartElement
from bpmn_events.domain.processes import ProcessModel


@dataclass(frozen=True, slots=True)
class DeployCompiled(DeployModel):
    """The command with the compiled processes of its file."""

    compiled: CompiledFile

    @property
    def targets(self) -> CommandTargets:
        return CommandTargets(process_model_keys=tuple(model.key for model in self.compiled.models))


def compile_model(command: DeployModel, dependencies: HostDependencies) -> DeployCompiled:
    """Return the command with the compiled processes of its file. Blocks, so call it in a thread.

    Raises:
        InvalidProcessModel: The file cannot run. The error lists every reason.
    """
    compiled = dependencies.engine.compile(command.bpmn_xml)
    _check_schemas(compiled.models, dependencies.schemas)
    return DeployCompiled(command.bpmn_xml, compiled)


def _check_schemas(compiled: Sequence[ExecutableModel], schemas: PayloadSchemas) -> None:
    issues = []
    for model in compiled:
        elements: list[CatchElement | StartElement] = [*model.catch_elements.values(), *model.start_elements.values()]
        for element in elements:
            reason = None if element.payload_schema is None else schemas.check_schema(element.payload_schema)
            if reason is not None:
                message = f"its payloadSchema is no valid JSON Schema: {reason}"
                issues.append(ModelIssue(message, element.element_id, model.lines.get(element.element_id)))
    if issues:
        raise InvalidProcessModel(tuple(issues))


async def find_model_locks(
    _dependencies: HostDependencies, _transaction: Transaction, submissions: Sequence[Submission[DeployCompiled]]
) -> Locks:
    """Return the locks on the models of each file, so that two deployments do not make the same version."""
    return [[model_lock(model.key) for model in submission.command.compiled.models] for submission in submissions]


async def load_bpmn_xml(batch: CommandBatch) -> None:
    """Read the BPMN XML of the latest versions, to compare it with the deployed files."""
    models = [model.id for model in batch.latest_models.values()]
    batch.bpmn_xml.update(await batch.transaction.bpmn_xml(models))


async def deploy_model(submission: Submission[DeployCompiled], batch: CommandBatch, now: datetime) -> Deployment:
    """Return the deployed versions: a new one for each process whose file or meaning has changed, else the latest."""
    compiled = submission.command.compiled
    # A process whose timer has no time refuses the whole file, so nothing is stored before all were read.
    versions = [(model, _new_version(submission, model, batch, now)) for model in compiled.models]
    for model, new in versions:
        if new is None:
            await batch.transaction.ensure_durability()
        else:
            _store(batch, new, model)
    return Deployment(tuple(batch.latest_models[model.key] for model in compiled.models), compiled.warnings)


def _new_version(
    submission: Submission[DeployCompiled], compiled: ExecutableModel, batch: CommandBatch, now: datetime
) -> NewModel | None:
    """Return the version to store; None if the latest version has the same file and meaning."""
    previous, bpmn_xml = batch.latest_models.get(compiled.key), submission.command.bpmn_xml
    meaning = batch.dependencies.engine.meaning
    if previous is not None and previous.meaning == meaning and batch.bpmn_xml[previous.id] == bpmn_xml:
        return None
    model = ProcessModel(
        id=ids.new_id(ids.PROCESS_MODEL),
        key=compiled.key,
        version=previous.version + 1 if previous else 1,
        name=compiled.name,
        deployed_at=now,
        deployed_by=submission.principal.subject,
        catch_elements=dict(compiled.catch_elements),
        meaning=meaning,
    )
    return NewModel(model, bpmn_xml, _event_starts(model, compiled), first_start_timers(model, compiled, now))


def _store(batch: CommandBatch, new: NewModel, compiled: ExecutableModel) -> None:
    model = new.model
    batch.write_set.new_models.append(new)
    batch.latest_models[model.key] = model
    batch.bpmn_xml[model.id] = new.bpmn_xml
    batch.dependencies.catalog.add(model.id, compiled)


def _event_starts(model: ProcessModel, compiled: ExecutableModel) -> tuple[EventStart, ...]:
    """Return the message and signal start events of a new version. They start no instances of earlier versions."""
    return tuple(
        EventStart(start.event_type, start.event_name, model.key, model.id, start.element_id)
        for start in compiled.start_elements.values()
        if start.event_type in (EventType.MESSAGE, EventType.SIGNAL) and start.event_name is not None
    )
