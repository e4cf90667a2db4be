"""What the server has done since it started, in plain numbers: counting must cost the hot path next to nothing."""

from collections import Counter

from bpmn_events.application.ports.write_set import WriteSet


class Activity:
    """``triggers`` counts requests to trigger one event by how they ended: TRIGGERED, REPLAYED, DRY_RUN, or the code of
    the refusal. ``records`` counts what was triggered, however it came about, by its source. ``batches`` counts
    transactions by how many commands shared them.
    """

    def __init__(self) -> None:
        self.triggers: Counter[str] = Counter()
        self.records: Counter[str] = Counter()
        self.batches: Counter[int] = Counter()

    def notice(self, changes: WriteSet) -> None:
        """For ``Writer.on_commit``."""
        for trigger in changes.new_triggers:
            self.records[trigger.source.value] += 1
