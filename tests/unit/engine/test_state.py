"""The stored state: its round trip, and its format."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bpmn_events.adapters.hosts.embedded.engine import EmbeddedEngine
from bpmn_events.adapters.hosts.embedded.runtime import state as states
from bpmn_events.adapters.hosts.embedded.runtime.state import ExecutionState, InstanceState
from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.domain.errors import ProcessFailed
from tests.conformance.drawing import draw
from tests.conformance.engine_run import EngineRun
from tests.conformance.generated import drawings
from tests.support.examples import examples

FIRST_FORMAT = (
    "92039197a470695f31a4706d5f3181019801c0c0c081029a02a4506169649198a477655f31a450616964cf00060a24181e40"
    "00cf00060a241bb1c70002a45054314d80c2c0c0c000c000c08090c2c0c0c081a56f72646572a75b226f2d31225d"
)


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


def test_a_newer_format_fails_the_process_that_has_it() -> None:
    with pytest.raises(ProcessFailed, match=f"format {states.FORMAT + 1}, this version reads up to {states.FORMAT}"):
        states.decode(b"", states.FORMAT + 1)


def test_every_format_up_to_the_current_one_is_readable() -> None:
    stored = states.encode(ExecutionState(1, [InstanceState("pi_1", "pm_1")]))
    assert states.decode(stored, states.FORMAT) == ExecutionState(1, [InstanceState("pi_1", "pm_1")])
    # The first format, as the first version stored it: later formats must not change how it is read.
    first = bytes.fromhex(FIRST_FORMAT)
    decoded = states.decode(first, 1)
    assert [wait.element_id for wait in decoded.waits()] == ["Paid"]
    assert decoded.instances[0].keys == {"order": '["o-1"]'}
