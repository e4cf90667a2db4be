"""Random models in this engine and in Operaton: the same must wait after every step, or the difference is known."""

import os
from collections import Counter
from collections.abc import Iterator
from functools import partial
from random import Random

import pytest

from bpmn_events.adapters.hosts.embedded.engine import EmbeddedEngine
from bpmn_events.adapters.json_schema import JsonSchemas
from tests.conformance.operaton.comparison import NotDeployed, compare, replay
from tests.conformance.operaton.differences import DIFFERENCES, Difference, explain
from tests.conformance.operaton.engine import Operaton, build
from tests.conformance.operaton.models import random_model
from tests.conformance.operaton.shrinking import shrink
from tests.support.examples import examples

# Each model runs with other steps for each seed. ``.ci/long`` multiplies the number of models by 30.
MODELS = examples(17)
SEEDS = 3

pytestmark = pytest.mark.timeout(0)


@pytest.fixture(scope="module")
def operaton() -> Iterator[Operaton]:
    if os.environ.get("REQUIRE_OPERATON") != "true":
        pytest.skip("Operaton runs in make differential and .ci/long differential only")
    build()
    with Operaton() as running:
        yield running


def test_random_models_behave_the_same_except_for_known_differences(operaton: Operaton) -> None:
    engine, steps, known, unexplained = EmbeddedEngine(JsonSchemas()), 0, Counter[str](), []
    for number in range(MODELS):
        drawing = random_model(number)
        for seed in range(SEEDS):
            try:
                taken, divergence = compare(engine, operaton, drawing, Random(seed))
            except NotDeployed as refusal:
                unexplained.append(f"model {number} is not deployed: {refusal}")
                break
            steps += taken
            if divergence is None:
                continue
            smallest = shrink(divergence, partial(replay, engine, operaton))
            if name := explain(smallest):
                known[name] += 1
            else:
                unexplained.append(f"model {number}, seed {seed}:\n{smallest}")
    counts = ", ".join(f"{count} {name}" for name, count in known.most_common()) or "none"
    print(f"figures: {MODELS} models x {SEEDS} seeds in Operaton, {steps} steps, known differences: {counts}")
    assert not unexplained, "\n\n".join(unexplained)


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda difference: difference.name)
def test_known_difference_is_real(difference: Difference, operaton: Operaton) -> None:
    divergence = replay(EmbeddedEngine(JsonSchemas()), operaton, difference.drawing, difference.script)
    assert divergence is not None, "the engines agree"
    assert explain(divergence) == difference.name
