"""What reports about a server process: its numbers, its logs and its traces."""

from dataclasses import dataclass, field

from bpmn_events.application.audit import AuditLog
from bpmn_events.application.ports.cells import Cells
from bpmn_events.application.ports.event_log import EventLog
from bpmn_events.application.ports.tracing import Tracer
from bpmn_events.application.tallies import LocalCells


@dataclass(frozen=True, slots=True)
class Telemetry:
    """The parts that report. A log or tracer that is off is None.

    Attributes:
        cells: The numbers that the process counts, which ``/metrics`` shows.
        access_log: Gets a line for each request.
        audit_log: Gets a line for each thing that a caller does, or is not permitted to do.
        tracer: Gets the spans. The application closes it when it stops.
    """

    cells: Cells = field(default_factory=LocalCells)
    access_log: EventLog | None = None
    audit_log: AuditLog | None = None
    tracer: Tracer | None = None
