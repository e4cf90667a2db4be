"""Deploy a BPMN file: compile it outside of any transaction, then store what is new in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bpmn_events.adapters.hosts.embedded.engine_port import ExecutableModel
from bpmn_events.adapters.hosts.embedded.execution.equipment import Equipment
from bpmn_events.adapters.hosts.embedded.handlers.command_batch import CommandBatch
from bpmn_events.application.commands.command import Submission, Targets
from bpmn_events.application.commands.deploy_model import Deployed, DeployModel
from bpmn_events.application.ports.payload_schemas import PayloadSchemas
from bpmn_events.application.ports.write_set import EventStart, NewModel
from bpmn_events.domain import ids
from bpmn_events.domain.errors import InvalidProcessModel, ModelIssue
from bpmn_events.domain.events import CatchElement, EventType, StartElement
from bpmn_events.domain.processes import ProcessModel


@dataclass(frozen=True, slots=True)
class DeployCompiled(DeployModel):
    """The command with what its file was compiled to."""

    compiled: tuple[ExecutableModel, ...]

    @property
    def targets(self) -> Targets:
        return Targets(process_model_keys=tuple(model.key for model in self.compiled))


def compile_model(command: DeployModel, equipment: Equipment) -> DeployCompiled:
    """Compile the file; takes its time.

    Raises:
        InvalidProcessModel: with every reason found.
    """
    compiled = tuple(equipment.engine.compile(command.bpmn_xml))
    _check_schemas(compiled, equipment.schemas)
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


async def deploy_model(submission: Submission[DeployCompiled], batch: CommandBatch) -> Deployed:
    """Store a new version of each process whose file differs from that of the version before."""
    before = [each for model in submission.command.compiled if (each := batch.latest_models.get(model.key))]
    texts = await batch.executions.transaction.bpmn_xml([model.id for model in before])
    texts |= {new.model.id: new.bpmn_xml for new in batch.executions.write_set.new_models}
    return tuple(_deploy(submission, model, batch, texts) for model in submission.command.compiled)


def _deploy(
    submission: Submission[DeployCompiled], compiled: ExecutableModel, batch: CommandBatch, texts: dict[str, str]
) -> ProcessModel:
    before, bpmn_xml = batch.latest_models.get(compiled.key), submission.command.bpmn_xml
    if before is not None and texts[before.id] == bpmn_xml:
        return before
    model = ProcessModel(
        id=ids.new_id(ids.PROCESS_MODEL),
        key=compiled.key,
        version=before.version + 1 if before else 1,
        name=compiled.name,
        deployed_at=batch.now,
        deployed_by=submission.principal.subject,
        catch_elements=dict(compiled.catch_elements),
    )
    batch.executions.write_set.new_models.append(NewModel(model, bpmn_xml, _event_starts(model, compiled)))
    batch.latest_models[model.key] = model
    texts[model.id] = bpmn_xml
    batch.equipment.catalog.add(model.id, compiled)
    return model


def _event_starts(model: ProcessModel, compiled: ExecutableModel) -> tuple[EventStart, ...]:
    """Return where a message or signal begins an instance; only the latest version of a model is started by them."""
    return tuple(
        EventStart(start.event_type, start.event_name, model.key, model.id, start.element_id)
        for start in compiled.start_elements.values()
        if start.event_type in (EventType.MESSAGE, EventType.SIGNAL) and start.event_name is not None
    )
