"""Counters of the requests and transactions since the server started.

They are plain integers: counting must cost the hot path next to nothing.
"""

from collections import Counter

from bpmn_events.application.commands.trigger_event import TriggerOutcome
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.errors import DomainError, InvalidArgument


class Counters:
    """The counters that the metrics endpoint shows.

    Attributes:
        triggers: Requests to trigger one event, by outcome: TRIGGERED, REPLAYED, DRY_RUN, or the code of the error.
        records: Event triggers of every origin, by source.
        batches: Transactions, by the number of commands in them.
    """

    def __init__(self) -> None:
        self.triggers: Counter[str] = Counter()
        self.records: Counter[str] = Counter()
        self.batches: Counter[int] = Counter()

    def on_commit(self, write_set: WriteSet) -> None:
        """Count the event triggers of a committed write set; a listener for ``Writer.add_commit_listener``."""
        for trigger in write_set.new_triggers:
            self.records[trigger.source.value] += 1

    def count_trigger(self, result: TriggerOutcome | DomainError) -> None:
        """Count the result of a request to trigger one event; the ``on_result`` of its ``UseCase``."""
        if isinstance(result, TriggerOutcome):
            self.triggers[_outcome_label(result)] += 1
        elif not isinstance(result, InvalidArgument):  # a malformed request cannot trigger anything: not counted
            self.triggers[result.code.value] += 1


def _outcome_label(outcome: TriggerOutcome) -> str:
    if outcome.replayed:
        return "REPLAYED"
    return "DRY_RUN" if outcome.trigger is None else "TRIGGERED"
