"""Checks that take long run in a process of their own, with the same results."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import orjson
import pytest

from bpmn_events.adapters.json_schema import check_process
from bpmn_events.adapters.json_schema.compiled_schema import CompiledSchema
from bpmn_events.adapters.json_schema.schema_text import SchemaText
from bpmn_events.adapters.json_schema.schemas import JsonSchemas
from bpmn_events.adapters.json_schema.slow_checks import MAX_WAITING, SlowChecks, Violations
from bpmn_events.application.ports.deferral import Deferral
from bpmn_events.domain.errors import EngineUnavailable, PayloadViolation
from tests.support.polling import wait_until
from tests.unit.schemas.shapes import items, many

PRICES = items({"enum": [0, 0.07, 0.19]})


def defer(call: Callable[[], object]) -> Coroutine[Any, Any, None]:
    """Return what the call waits for."""
    with pytest.raises(Deferral) as deferred:
        call()
    assert deferred.value.wait is not None
    wait = deferred.value.wait

    async def run() -> None:
        await wait()

    return run()


async def violations_in_process(schemas: JsonSchemas, schema: Any, payload: Any) -> Violations:
    """Return the violations of a payload that is not checked in the event loop."""
    await defer(lambda: schemas.violations(schema, payload))
    violations = schemas.violations(schema, payload)
    await schemas.close()
    return violations


@pytest.mark.parametrize(
    ("schema", "payload"),
    [
        (PRICES, many(0.07)),
        (items({"oneOf": [{"minimum": n + 0.5} for n in range(4)]}), many(0.75)),
        (items({"type": "number", "multipleOf": 0.01}), many(12.34)),
        (items({"pattern": r"^.{1,4000}x$"}), many("x" * 100)),
    ],
)
async def test_a_valid_payload_that_takes_long_is_accepted(schema: Any, payload: Any) -> None:
    assert await violations_in_process(JsonSchemas(), schema, payload) == ()


async def test_an_invalid_payload_that_takes_long_gets_exact_violations() -> None:
    payload = many(0.07)
    payload["lines"][20_000] = 0.5
    violation = PayloadViolation("/lines/20000", "enum", "0.5 is not one of 0, 0.07 or 0.19")
    assert await violations_in_process(JsonSchemas(), PRICES, payload) == (violation,)


async def test_a_check_that_takes_too_much_time_is_ended() -> None:
    schema, payload = items({"enum": [n + 0.5 for n in range(60)]}), many(1e-300)
    checks = SlowChecks(seconds=0.05)
    text = orjson.dumps(schema)
    await defer(lambda: checks.violations(SchemaText(text), payload))
    message = "checking it against the schema takes more than 0.05 s of processor time"
    assert checks.violations(SchemaText(text), payload) == (PayloadViolation("", "maxCost", message),)
    # The next check has a new process.
    await defer(lambda: checks.violations(SchemaText(text), {"lines": [0.5]}))
    assert checks.violations(SchemaText(text), {"lines": [0.5]}) == ()
    await checks.close()


async def has_process(checks: SlowChecks) -> bool:
    return checks._process._process is not None


async def new_held() -> SlowChecks:
    """Return slow checks of which none begins."""
    checks = SlowChecks(seconds=1.0)
    await checks._turn.acquire()
    return checks


async def test_equal_payloads_are_checked_once() -> None:
    held = await new_held()
    text = SchemaText(orjson.dumps(PRICES))
    waits = [asyncio.ensure_future(defer(lambda: held.violations(text, {"lines": [0.07]}))) for _ in range(3)]
    await asyncio.sleep(0)
    assert len(held._running) == 1
    waits[0].cancel()  # one caller has gone, and the others still wait
    await asyncio.wait(waits[:1])
    held._turn.release()
    await asyncio.gather(*waits[1:])
    assert held.violations(text, {"lines": [0.07]}) == ()
    await held.close()


async def test_only_a_few_payloads_wait() -> None:
    held = await new_held()
    text = orjson.dumps(PRICES)
    calls = [partial(held.violations, SchemaText(text), {"lines": [number]}) for number in range(MAX_WAITING)]
    waits = [asyncio.ensure_future(defer(call)) for call in calls]
    await asyncio.sleep(0)
    with pytest.raises(EngineUnavailable) as refusal:
        await defer(lambda: held.violations(SchemaText(text), {"lines": [-1]}))
    assert not refusal.value.is_outage
    waits.append(asyncio.ensure_future(defer(calls[0])))  # it is under way
    held._turn.release()
    await asyncio.gather(*waits)
    await held.close()


async def test_a_process_that_is_killed_says_nothing_about_the_payload() -> None:
    text, payload = orjson.dumps(items({"enum": [n + 0.5 for n in range(60)]})), many(59.5)
    checks = SlowChecks(seconds=60.0)
    wait = asyncio.ensure_future(defer(lambda: checks.violations(SchemaText(text), payload)))
    await wait_until(partial(has_process, checks))
    assert checks._process._process is not None
    checks._process._process.terminate()
    with pytest.raises(EngineUnavailable) as refusal:
        await wait
    assert not refusal.value.is_outage
    await defer(lambda: checks.violations(SchemaText(text), {"lines": [0.5]}))
    assert checks.violations(SchemaText(text), {"lines": [0.5]}) == ()
    await checks.close()


async def test_a_process_that_cannot_be_started_says_nothing_about_the_payload(monkeypatch: pytest.MonkeyPatch) -> None:
    checks, text = SlowChecks(seconds=1.0), orjson.dumps(PRICES)
    with monkeypatch.context() as patch:
        patch.setattr(check_process, "_COMMAND", ("/nothing",))
        with pytest.raises(EngineUnavailable) as refusal:
            await defer(lambda: checks.violations(SchemaText(text), {}))
    assert not refusal.value.is_outage
    await defer(lambda: checks.violations(SchemaText(text), {}))
    assert checks.violations(SchemaText(text), {}) == ()
    await checks.close()


async def test_closing_ends_the_checks() -> None:
    text, payload = orjson.dumps(items({"enum": [n + 0.5 for n in range(60)]})), many(59.5)
    checks = SlowChecks(seconds=60.0)
    waits = [asyncio.ensure_future(defer(lambda: checks.violations(SchemaText(text), payload)))]
    waits.append(asyncio.ensure_future(defer(lambda: checks.violations(SchemaText(text), {"lines": []}))))
    await wait_until(partial(has_process, checks))
    process = checks._process._process
    await checks.close()
    assert process is not None
    assert process.returncode == -signal.SIGKILL
    for wait in waits:
        with pytest.raises(EngineUnavailable):
            await wait
    with pytest.raises(EngineUnavailable):
        await defer(lambda: checks.violations(SchemaText(text), payload))


async def test_integers_of_any_length_reach_the_process() -> None:
    checks, text = SlowChecks(seconds=1.0), orjson.dumps({"properties": {"n": {"maximum": 5}}})
    await defer(lambda: checks.violations(SchemaText(text), {"n": 10**40}))
    message = f"{10**40} is greater than the maximum of 5"
    assert checks.violations(SchemaText(text), {"n": 10**40}) == (PayloadViolation("/n", "maximum", message),)
    await checks.close()


async def test_long_paths_end_the_list_of_violations() -> None:
    schema = {"additionalProperties": {"items": {"enum": [0.5]}}}
    name = "n" * 20_000
    violations = CompiledSchema(schema).violations({name: [7] * 5_000})
    assert violations[0] == PayloadViolation(f"/{name}/0", "enum", "7 is not one of 0.5")
    assert len(violations) == 4


@pytest.mark.parametrize(
    "schema",
    [
        {
            "$ref": "#/$defs/d0",
            "$defs": {
                **{f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(16)},
                "d16": {"required": ["a"]},
            },
        },
        {"required": ["a"], "properties": {"a": {"pattern": r"(\w{1,50}){1,50}b"}}},
    ],
)
async def test_a_stored_schema_that_is_too_costly_now_is_still_checked(schema: Any) -> None:
    schemas = JsonSchemas()
    assert schemas.check_schema(schema) is not None
    assert schemas.check_schema(schema, is_stored=True) is None
    await defer(lambda: schemas.violations(schema, {"a": "ab"}))
    assert schemas.violations(schema, {"a": "ab"}) == ()
    (violation, *_) = await violations_in_process(schemas, schema, {})
    assert violation == PayloadViolation("", "required", '"a" is a required property')
