"""Batches of commands: shared reads, and the effects of earlier commands on later ones."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bpmn_events.adapters.hosts.embedded.engine_port import CompiledFile, Engine, ExecutableModel, StepTooLong
from bpmn_events.adapters.hosts.embedded.execution.dependencies import HostDependencies
from bpmn_events.adapters.hosts.embedded.execution.model_catalog import ModelCatalog
from bpmn_events.adapters.hosts.embedded.handlers.command_batch import Handler, handle_batch
from bpmn_events.adapters.hosts.embedded.handlers.deploy_model import DeployCompiled, deploy_model, load_bpmn_xml
from bpmn_events.adapters.hosts.embedded.handlers.fire_start_timer import fire_start_timer
from bpmn_events.adapters.hosts.embedded.handlers.start_instance import start_instance
from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.application.commands.command import Submission
from bpmn_events.application.commands.fire_start_timer import FireStartTimer
from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.ports.deferral import Turn
from bpmn_events.application.ports.process_host import TargetNotFound
from bpmn_events.application.ports.transaction import Transaction
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.errors import InvalidProcessModel, ModelIssue, ProcessModelNotFound
from bpmn_events.domain.events import StartElement
from bpmn_events.domain.principal import SYSTEM
from tests.unit.host.fakes import NEW, NOW, FakeEngine, FakeTransaction, change, step

ORDER = SimpleNamespace(key="order", name=None, catch_elements={}, start_elements={})
INVOICE = SimpleNamespace(key="invoice", name=None, catch_elements={}, start_elements={})


async def run_batch(
    handler: Handler, transaction: FakeTransaction, *commands: Any, engine: FakeEngine | None = None
) -> tuple[list[Any], WriteSet]:
    used_engine, write_set = cast("Engine", engine or FakeEngine()), WriteSet()
    catalog = ModelCatalog(used_engine, transaction)
    for model_id, model in (("pm_1", ORDER), ("pm_2", INVOICE)):
        catalog.add(model_id, cast("ExecutableModel", model))
    dependencies = HostDependencies(used_engine, catalog, JsonSchemas(), lambda: NOW, 200)
    submissions = [Submission(SYSTEM, command) for command in commands]
    return await handle_batch(
        handler, dependencies, cast("Transaction", transaction), write_set, submissions
    ), write_set


def deployment(text: str, *models: Any) -> DeployCompiled:
    return DeployCompiled(text, CompiledFile(models))


async def test_deployments_of_one_batch_follow_each_other() -> None:
    transaction = FakeTransaction(texts={"pm_1": "first"})
    texts = ("first", "second", "second", "third", "first")
    outcomes, write_set = await run_batch(
        Handler(deploy_model, load_bpmn_xml), transaction, *(deployment(text, ORDER) for text in texts)
    )
    assert [model.version for outcome in outcomes for model in outcome.models] == [1, 2, 2, 3, 4]
    assert [new.bpmn_xml for new in write_set.new_models] == ["second", "third", "first"]


def _no_time(element_id: str, _now: object) -> None:
    raise InvalidProcessModel((ModelIssue("no time", element_id),))


async def test_a_file_with_a_timer_that_has_no_time_any_more_is_refused_as_a_whole() -> None:
    late = SimpleNamespace(**{**vars(INVOICE), "start_elements": {"at": StartElement("at")}, "first_start": _no_time})
    transaction = FakeTransaction(deployed={"order": "pm_1", "invoice": "pm_2"})
    (refused, done), write_set = await run_batch(
        Handler(deploy_model, load_bpmn_xml), transaction, deployment("a", ORDER, late), deployment("b", ORDER)
    )
    assert isinstance(refused, InvalidProcessModel)
    assert [new.model for new in write_set.new_models] == list(done.models)


async def test_the_number_of_statements_does_not_grow_with_the_deployments() -> None:
    counts = []
    for number in (1, 20):
        transaction = FakeTransaction(texts={"pm_1": "first"})
        commands = [deployment(f"{each}", ORDER, INVOICE) for each in range(number)]
        await run_batch(Handler(deploy_model, load_bpmn_xml), transaction, *commands)
        counts.append(len(transaction.read))
    assert counts[0] == counts[1]


async def test_the_number_of_statements_does_not_grow_with_the_starts() -> None:
    for number in (1, 20):
        transaction = FakeTransaction(deployed={"order": "pm_1", "invoice": "pm_2"})
        engine = FakeEngine(steps=[step(change(NEW, started=True)) for _ in range(2 * number)])
        commands = [StartInstance(key) for _ in range(number) for key in ("order", "invoice")]
        await run_batch(Handler(start_instance), transaction, *commands, engine=engine)
        assert [name for name, _ in transaction.read] == ["latest"]


async def test_only_the_start_timers_that_are_due_are_read() -> None:
    transaction = FakeTransaction()
    commands = [FireStartTimer("order", "st_1"), FireStartTimer("order", "st_2")]
    outcomes, _ = await run_batch(Handler(fire_start_timer), transaction, *commands)
    assert [type(outcome) for outcome in outcomes] == [TargetNotFound] * 2
    assert transaction.read == [("start timers", ["st_1", "st_2"])]


async def test_a_refused_command_does_not_affect_the_others() -> None:
    engine = FakeEngine(steps=[step(change(NEW, started=True))])
    commands = (StartInstance("nothing"), StartInstance("order"))
    handler = Handler(start_instance)
    (refused, done), write_set = await run_batch(handler, FakeTransaction(), *commands, engine=engine)
    assert isinstance(refused, ProcessModelNotFound)
    assert list(write_set.new_instances) == [done.process_instance.id]


async def test_the_commands_after_the_time_of_the_transaction_are_deferred(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bpmn_events.adapters.hosts.embedded.handlers.command_batch.TURN_SECONDS", -1.0)
    engine = FakeEngine(steps=[step(change(NEW, started=True))])
    commands = [StartInstance("order")] * 3
    (first, *rest), write_set = await run_batch(Handler(start_instance), FakeTransaction(), *commands, engine=engine)
    assert list(write_set.new_instances) == [first.process_instance.id]
    assert [outcome.turn for outcome in rest] == [Turn.NEXT] * 2


async def test_the_commands_after_much_data_are_deferred() -> None:
    much = replace(step(change(NEW, started=True)), kept_bytes=64 * 1_048_576)
    engine = FakeEngine(steps=[step(change(NEW, started=True)), much])
    commands = [StartInstance("order")] * 3
    (*done, last), write_set = await run_batch(Handler(start_instance), FakeTransaction(), *commands, engine=engine)
    assert list(write_set.new_instances) == [outcome.process_instance.id for outcome in done]
    assert last.turn is Turn.NEXT


async def test_a_command_whose_step_takes_long_is_deferred_alone() -> None:
    engine = FakeEngine(steps=[StepTooLong(), step(change(NEW, started=True))])
    commands = [StartInstance("order"), StartInstance("invoice")]
    transaction = FakeTransaction(deployed={"order": "pm_1", "invoice": "pm_2"})
    (deferred, done), write_set = await run_batch(Handler(start_instance), transaction, *commands, engine=engine)
    assert deferred.turn is Turn.ALONE
    assert list(write_set.new_instances) == [done.process_instance.id]


async def test_an_unexpected_error_fails_the_batch() -> None:
    engine = FakeEngine(steps=[ZeroDivisionError()])
    with pytest.raises(ZeroDivisionError):
        await run_batch(Handler(start_instance), FakeTransaction(), StartInstance("order"), engine=engine)
