"""The stored state: exact, and of a known format."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bpmn_events.adapters.hosts.embedded.engine import EmbeddedEngine
from bpmn_events.adapters.hosts.embedded.runtime import state as states
from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.domain.errors import ProcessFailed
from tests.conformance.drawing import draw
from tests.conformance.generated import drawings
from tests.conformance.running import Running


@given(drawing=drawings(), data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_reading_and_writing_changes_nothing(drawing: str, data: st.DataObject) -> None:
    running = Running.of(EmbeddedEngine(JsonSchemas()), draw(drawing))
    try:
        running.start({"level": data.draw(st.integers(0, 3)), "items": [1, 2]})
        for _ in range(5):
            if running.state is None:
                return
            read = states.decode(running.state, states.FORMAT)
            assert states.encode(read) == running.state
            assert states.decode(states.encode(read), states.FORMAT) == read
            if running.tasks:
                running.finish(running.tasks[0].id, {})
            else:
                running.trigger(data.draw(st.sampled_from(running.waits)).id, {"level": 3})
    except ProcessFailed:
        return


def test_a_format_of_the_future_is_refused() -> None:
    with pytest.raises(ValueError, match="not readable"):
        states.decode(b"", states.FORMAT + 1)
