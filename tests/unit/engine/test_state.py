"""The stored state: its round trip, and its format."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bpmn_events.adapters.hosts.embedded.engine import EmbeddedEngine
from bpmn_events.adapters.hosts.embedded.runtime import state as states
from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.domain.errors import ProcessFailed
from tests.conformance.drawing import draw
from tests.conformance.engine_run import EngineRun
from tests.conformance.generated import drawings
from tests.support.examples import examples


@given(drawing=drawings(), data=st.data())
@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
def test_a_state_survives_encoding_and_decoding(drawing: str, data: st.DataObject) -> None:
    running = EngineRun.load(EmbeddedEngine(JsonSchemas()), draw(drawing))
    try:
        running.start({"level": data.draw(st.integers(0, 3)), "items": [1, 2]})
        for _ in range(5):
            if running.state is None:
                return
            state = states.decode(running.state, states.FORMAT)
            assert states.encode(state) == running.state
            assert states.decode(states.encode(state), states.FORMAT) == state
            if running.tasks:
                running.finish(running.tasks[0].id, {})
            else:
                running.trigger(data.draw(st.sampled_from(running.waits)).id, {"level": 3})
    except ProcessFailed:
        return


def test_a_newer_format_is_refused() -> None:
    with pytest.raises(ValueError, match="not readable"):
        states.decode(b"", states.FORMAT + 1)
