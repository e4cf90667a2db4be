"""Sizes of the local variables in a stored state: what counts, and what does not."""

import pytest

from bpmn_events.adapters.hosts.embedded.runtime import state as states
from bpmn_events.adapters.hosts.embedded.runtime import stored_sizes
from bpmn_events.adapters.hosts.embedded.runtime.state import (
    CompletionState,
    ExecutionState,
    InstanceState,
    LoopState,
    ScopeState,
    TokenState,
    WaitState,
)

LONG = "x" * 1_000


def sizes(*tokens: TokenState, keys: dict[str, str] | None = None) -> dict[str, int]:
    scope = ScopeState(1, tokens={token.id: token for token in tokens}, waits=[WaitState("we_0", LONG, 1)])
    instances = [InstanceState("pi_1", LONG, {1: scope}, keys=keys or {}), InstanceState("pi_2", "pm_1")]
    state = ExecutionState(1, instances)
    stored = stored_sizes.local_bytes(states.encode(state))
    assert stored_sizes.measure(state) == stored
    return stored


@pytest.mark.parametrize(
    ("short", "full"),
    [
        (stored_sizes._Token, TokenState),
        (stored_sizes._Scope, ScopeState),
        (stored_sizes._Instance, InstanceState),
        (stored_sizes._Execution, ExecutionState),
    ],
)
def test_the_structures_have_the_leading_fields_of_the_state(short: type, full: type) -> None:
    names = short.__struct_fields__  # type: ignore[attr-defined]
    assert names == full.__struct_fields__[: len(names)]  # type: ignore[attr-defined]


def test_waiting_events_tasks_and_tokens_do_not_count() -> None:
    token = TokenState(1, LONG, [WaitState("we_1", LONG, 1)], task=LONG, local={"loopCounter": 20_000}, number=20_000)
    assert sizes(token, TokenState(2, "Paid")) == {"pi_1": 0, "pi_2": 0}


@pytest.mark.parametrize(
    "token",
    [
        TokenState(1, "Sub", local={"text": LONG}),
        TokenState(1, "Sub", local={"loopCounter": LONG}, number=1),
        TokenState(1, "Each", loop=LoopState(1, items=[LONG])),
        TokenState(1, "Each", loop=LoopState(1, results=[LONG])),
    ],
    ids=["local variables", "a counter that a script has set", "items", "results"],
)
def test_values_count(token: TokenState) -> None:
    assert 950 < sizes(token)["pi_1"] < 1_000
    assert 1_900 < sizes(token, TokenState(2, "Sub", local={"text": LONG}))["pi_1"] < 2_000


def test_correlation_keys_count() -> None:
    assert 950 < sizes(keys={"order": LONG})["pi_1"] < 1_000


@pytest.mark.parametrize(("completed", "pending"), [(1, 0), (0, 1)])
def test_completed_activities_count(completed: int, pending: int) -> None:
    completion = CompletionState("Sub", 1, 2, inner=[CompletionState("A", 1, 2, {"text": LONG})])
    scope = ScopeState(1, completed=[completion] * completed, pending=[completion] * pending)
    state = ExecutionState(1, [InstanceState("pi_1", "pm_1", {1: scope})])
    assert 950 < stored_sizes.local_bytes(states.encode(state))["pi_1"] < 1_000
    assert stored_sizes.measure(state) == stored_sizes.local_bytes(states.encode(state))
