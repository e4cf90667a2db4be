"""Dependencies of the handlers and the outbox delivery of a host."""

from dataclasses import dataclass, field

from bpmn_events.adapters.hosts.embedded.engine_port import Engine
from bpmn_events.adapters.hosts.embedded.execution.batch import ExecutionBatch
from bpmn_events.adapters.hosts.embedded.execution.instance_limit import DEFAULT_MAX_INSTANCE_BYTES
from bpmn_events.adapters.hosts.embedded.execution.model_catalog import ModelCatalog
from bpmn_events.adapters.hosts.embedded.execution.step_runner import StepRunner
from bpmn_events.application.ports.clock import Clock
from bpmn_events.application.ports.payload_schemas import PayloadSchemas
from bpmn_events.application.ports.transaction import Transaction
from bpmn_events.application.ports.write_set import WriteSet


@dataclass(slots=True)
class HostDependencies:
    """The dependencies of one host.

    Attributes:
        receivers_at_once: The number of receivers of a signal that share a transaction.
        max_instance_bytes: The number of bytes that the variables of a process instance may have.
    """

    engine: Engine
    catalog: ModelCatalog
    schemas: PayloadSchemas
    clock: Clock
    receivers_at_once: int
    max_instance_bytes: int = DEFAULT_MAX_INSTANCE_BYTES
    step_runner: StepRunner = field(default_factory=StepRunner)

    def new_execution_batch(self, transaction: Transaction, write_set: WriteSet) -> ExecutionBatch:
        """Return an empty batch of executions."""
        return ExecutionBatch(
            self.engine, self.catalog, self.step_runner, transaction, write_set, self.max_instance_bytes
        )
