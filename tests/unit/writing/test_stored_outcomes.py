"""Stored outcomes: their version, and their replay by a version of the server whose classes have other fields."""

import copy
import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bpmn_events.application.commands as commands_package
from bpmn_events.application.commands.command import Command
from bpmn_events.application.commands.deploy_model import Deployment
from bpmn_events.application.commands.start_instance import StartInstance, StartOutcome
from bpmn_events.application.commands.trigger_event import TriggerOutcome
from bpmn_events.application.writing import stored_outcomes
from bpmn_events.domain.processes import ProcessInstance, ProcessInstanceState, ProcessModel
from tests.support.examples import examples

THEN = datetime(2026, 3, 1, 12, tzinfo=UTC)
STORED_AT = datetime(2026, 3, 2, tzinfo=UTC)
SHAPES = Path(__file__).with_name("outcome_shapes.json")
INSTANCE = ProcessInstance(
    "pi_1", "pi_1", None, "pm_1", "order", "c-1", ProcessInstanceState.RUNNING, THEN, "ada", None, {"a": 1}, None
)


def command_types() -> list[type[Command[Any]]]:
    """Return every kind of command that has an outcome."""
    for module in pkgutil.iter_modules(commands_package.__path__):
        importlib.import_module(f"{commands_package.__name__}.{module.name}")
    pending: list[Any] = [Command]
    found: list[type[Command[Any]]] = []
    while pending:
        for kind in pending.pop().__subclasses__():
            pending.append(kind)
            if kind.__module__.startswith(commands_package.__name__) and hasattr(kind, "operation"):
                found.append(kind)
    # A dataclass with slots is a copy of a class that also stays a subclass.
    return list({kind.__name__: kind for kind in sorted(found, key=lambda kind: kind.__name__)}.values())


COMMANDS = command_types()
OUTCOMES = {str(command.outcome_type): command.outcome_type for command in COMMANDS}


def sample(kind: Any) -> Any:
    """Return an instance of the type in which every field has a value, and every collection an item."""
    if is_dataclass(kind):
        types = get_type_hints(kind)
        return kind(**{field.name: sample(types[field.name]) for field in fields(kind)})  # type: ignore[operator]
    arguments = get_args(kind)
    if get_origin(kind) is tuple:
        return (sample(arguments[0]),)
    if get_origin(kind) is dict:
        return {"key": sample(arguments[1])}
    if arguments:
        return sample(next(argument for argument in arguments if argument is not NoneType))
    if is_enum(kind):
        return list(kind)[-1]
    return {str: "text", bool: True, int: 7, float: 1.5, datetime: THEN, Any: {"a": [1, None]}}[kind]


def is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum)


def objects_of(value: Any, kind: Any) -> Iterator[tuple[dict[str, Any], Any]]:
    """Yield each JSON object in the value that stores a dataclass, with the dataclass."""
    arguments = [argument for argument in get_args(kind) if argument is not NoneType]
    if value is None:
        return
    if is_dataclass(kind):
        yield value, kind
        types = get_type_hints(kind)
        for name, item in value.items():
            yield from objects_of(item, types[name])
    elif get_origin(kind) is tuple:
        for item in value:
            yield from objects_of(item, arguments[0])
    elif get_origin(kind) is dict:
        for item in value.values():
            yield from objects_of(item, arguments[1])
    elif arguments:
        yield from objects_of(value, arguments[0])


def to_json(outcome: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(outcome))


def store(value: Any, version: int) -> bytes:
    """Return the stored form of the JSON value of an outcome, as the version wrote it."""
    return msgspec.json.encode(value if version == 1 else {"version": version, "outcome": value})


def assert_has_type(outcome: Any, kind: Any) -> None:
    """Check that every value in the outcome has the declared type."""
    assert msgspec.convert(to_json(outcome), kind) == outcome


def shapes(kind: Any) -> dict[str, Any]:
    """Return the fields of each class that an outcome type consists of, and the members of its enumerations."""
    found: dict[str, Any] = {}
    if is_dataclass(kind):
        types = get_type_hints(kind)
        found[kind.__name__] = {  # type: ignore[union-attr]
            field.name: f"{_spell(types[field.name])}{'' if _is_required(field) else ' = …'}" for field in fields(kind)
        }
        for field in fields(kind):
            found |= shapes(types[field.name])
    elif is_enum(kind):
        found[kind.__name__] = [member.value for member in kind]
    for argument in get_args(kind):
        found |= shapes(argument)
    return found


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _spell(kind: Any) -> str:
    arguments = ", ".join("…" if argument is ... else _spell(argument) for argument in get_args(kind))
    name = getattr(get_origin(kind) or kind, "__name__", str(kind))
    return f"{name}[{arguments}]" if arguments else name


@pytest.mark.parametrize("kind", OUTCOMES.values(), ids=OUTCOMES)
def test_an_outcome_survives_its_storage(kind: Any) -> None:
    outcome = sample(kind)
    stored = stored_outcomes.encode(outcome)
    assert msgspec.json.decode(stored) == {"version": stored_outcomes.VERSION, "outcome": to_json(outcome)}
    assert stored_outcomes.decode(stored, kind, STORED_AT) == outcome


@pytest.mark.parametrize("kind", OUTCOMES.values(), ids=OUTCOMES)
def test_an_outcome_without_a_version_is_readable(kind: Any) -> None:
    outcome = sample(kind)
    assert stored_outcomes.decode(msgspec.json.encode(outcome), kind, STORED_AT) == outcome


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("kind", OUTCOMES.values(), ids=OUTCOMES)
def test_an_outcome_that_lacks_any_one_field_is_replayed(kind: Any, version: int) -> None:
    complete = to_json(sample(kind))
    paths = [(index, name) for index, (item, _) in enumerate(objects_of(complete, kind)) for name in item]
    for index, name in paths:
        value = copy.deepcopy(complete)
        item, dataclass = list(objects_of(value, kind))[index]
        del item[name]
        outcome = stored_outcomes.decode(store(value, version), kind, STORED_AT)
        assert_has_type(outcome, kind)
        expected = copy.deepcopy(complete)
        changed = list(objects_of(to_json(outcome), kind))[index][0]
        list(objects_of(expected, kind))[index][0][name] = changed[name]
        assert to_json(outcome) == expected, f"{dataclass.__name__}.{name}"


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("kind", OUTCOMES.values(), ids=OUTCOMES)
def test_an_outcome_with_unknown_fields_is_replayed(kind: Any, version: int) -> None:
    value = to_json(sample(kind))
    for item, _ in list(objects_of(value, kind)):
        item["addedLater"] = {"a": 1}
    assert stored_outcomes.decode(store(value, version), kind, STORED_AT) == sample(kind)


@pytest.mark.parametrize("kind", OUTCOMES.values(), ids=OUTCOMES)
def test_an_outcome_with_an_unknown_and_a_missing_field_is_replayed(kind: Any) -> None:
    value = to_json(sample(kind))
    for item, dataclass in list(objects_of(value, kind)):
        item["renamed"] = item.pop(fields(dataclass)[0].name)
    assert_has_type(stored_outcomes.decode(store(value, 2), kind, STORED_AT), kind)


def test_missing_values_are_empty_ones_of_their_types() -> None:
    outcome = stored_outcomes.decode(store({"trigger": None}, 2), TriggerOutcome, STORED_AT)
    assert outcome == TriggerOutcome(
        None,
        ProcessInstance("", "", None, "", "", "", ProcessInstanceState.RUNNING, STORED_AT, "", None, {}),
        (),
    )
    deployment = stored_outcomes.decode(store({"models": [{"key": "order"}]}, 2), Deployment, STORED_AT)
    assert deployment.models[0] == ProcessModel("", "order", 0, None, STORED_AT, "", {})


def test_values_of_other_types_become_empty_ones() -> None:
    value = to_json(StartOutcome(INSTANCE))
    value["process_instance"] |= {"state": "PAUSED", "started_at": "yesterday", "variables": [1], "root_id": None}
    assert stored_outcomes.decode(store(value, 2), StartOutcome, STORED_AT).process_instance == ProcessInstance(
        "pi_1", "", None, "pm_1", "order", "c-1", ProcessInstanceState.RUNNING, STORED_AT, "ada", None, {}
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5) | st.just("2026-03-01T12:00:00Z"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(kind=st.sampled_from(list(OUTCOMES.values())), version=st.sampled_from([1, 2, 3]), data=st.data())
@settings(max_examples=examples(200), deadline=None)
def test_no_stored_value_breaks_a_replay(kind: Any, version: int, data: st.DataObject) -> None:
    value = to_json(sample(kind))
    for item, _ in list(objects_of(value, kind)):
        for name in data.draw(st.lists(st.sampled_from(sorted(item)), max_size=2, unique=True)):
            item[name] = data.draw(JSON)
    assert_has_type(stored_outcomes.decode(store(value, version), kind, STORED_AT), kind)


def test_every_command_has_a_stored_outcome() -> None:
    assert StartInstance in COMMANDS
    assert len(OUTCOMES) >= 6


def test_the_shapes_of_the_outcomes_belong_to_the_current_version() -> None:
    """Adding, removing or renaming a field needs the next ``VERSION``, and its shapes as the next entry of the file."""
    current = {name: shape for kind in OUTCOMES.values() for name, shape in shapes(kind).items()}
    versions = msgspec.json.decode(SHAPES.read_bytes())
    assert max(map(int, versions)) == stored_outcomes.VERSION
    assert versions[str(stored_outcomes.VERSION)] == current
