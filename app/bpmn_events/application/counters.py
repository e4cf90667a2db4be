"""Counters of the requests and transactions since the server started."""

from bpmn_events.application.commands.trigger_event import TriggerOutcome
from bpmn_events.application.ports.cells import Cells
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.tallies import Distribution, LocalCells, Tally
from bpmn_events.domain.errors import DomainError, ErrorCode, InvalidArgument
from bpmn_events.domain.events import TriggerSource

_OUTCOMES = ("TRIGGERED", "REPLAYED", "DRY_RUN", ErrorCode.PROCESS_FAILED.value, ErrorCode.ENGINE_UNAVAILABLE.value)
BATCH_BOUNDS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Counters:
    """The counters that the metrics endpoint shows.

    Attributes:
        cells: The numbers of the process, to which these counters belong.
        triggers: Requests to trigger one event, by outcome: TRIGGERED, REPLAYED, DRY_RUN, or the code of the error.
        records: Event triggers of every origin, by source.
        batches: The number of commands in each transaction.
    """

    def __init__(self, cells: Cells | None = None) -> None:
        self.cells = cells or LocalCells()
        self.triggers: Tally[str] = Tally(self.cells, "triggers")
        self.records: Tally[str] = Tally(self.cells, "event_triggers")
        # A counter that first appears with the value 1 looks to Prometheus as if it had not increased.
        for outcome in _OUTCOMES:
            self.triggers.add(outcome, 0)
        for source in TriggerSource:
            self.records.add(source.value, 0)
        self.batches = Distribution(self.cells, "batch_commands", BATCH_BOUNDS)

    def on_commit(self, write_set: WriteSet) -> None:
        """Count the event triggers of a committed write set; a listener for ``Writer.add_commit_listener``."""
        for trigger in write_set.new_triggers:
            self.records.add(trigger.source.value)

    def count_trigger(self, result: TriggerOutcome | DomainError) -> None:
        """Count the result of a request to trigger one event; the ``on_result`` of its ``UseCase``."""
        if isinstance(result, TriggerOutcome):
            self.triggers.add(_outcome_label(result))
        elif not isinstance(result, InvalidArgument):  # a malformed request cannot trigger anything: not counted
            self.triggers.add(result.code.value)


def _outcome_label(outcome: TriggerOutcome) -> str:
    if outcome.replayed:
        return "REPLAYED"
    return "DRY_RUN" if outcome.trigger is None else "TRIGGERED"
