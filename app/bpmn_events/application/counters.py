"""What the server has done since it started, in plain numbers: counting must cost the hot path next to nothing."""

from collections import Counter

from bpmn_events.application.commands.trigger_event import TriggerOutcome
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.errors import DomainError, InvalidArgument


class Counters:
    """``triggers`` counts requests to trigger one event by how they ended: TRIGGERED, REPLAYED, DRY_RUN, or the code of
    the refusal. ``records`` counts what was triggered, however it came about, by its source. ``batches`` counts
    transactions by how many commands shared them.
    """

    def __init__(self) -> None:
        self.triggers: Counter[str] = Counter()
        self.records: Counter[str] = Counter()
        self.batches: Counter[int] = Counter()

    def on_commit(self, write_set: WriteSet) -> None:
        """Count what was committed; for ``Writer.add_commit_listener``."""
        for trigger in write_set.new_triggers:
            self.records[trigger.source.value] += 1

    def count_trigger(self, result: TriggerOutcome | DomainError) -> None:
        """Count a request to trigger one event; for ``UseCase``."""
        if isinstance(result, TriggerOutcome):
            self.triggers[_ending(result)] += 1
        elif not isinstance(result, InvalidArgument):  # which asked for nothing that could be done
            self.triggers[result.code.value] += 1


def _ending(outcome: TriggerOutcome) -> str:
    if outcome.replayed:
        return "REPLAYED"
    return "DRY_RUN" if outcome.trigger is None else "TRIGGERED"
