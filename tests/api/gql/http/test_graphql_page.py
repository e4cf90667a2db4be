"""docs/graphql.md: its requests are sent, in their order, and answered as the page shows."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphql import parse, validate

from bpmn_events.application.services import Services
from bpmn_events.config import Settings
from tests.api.gql.cases import Demo
from tests.api.gql.client import GraphQLClient
from tests.api.gql.conftest import CallerFactory
from tests.support.documents import SCHEMA
from tests.support.pages import Block, blocks

PAGE = Path(__file__).parents[4] / "docs" / "graphql.md"
ID = re.compile(r"(we|pi|tr|pm|co|ta)_[0-9a-f]{32}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@dataclass(frozen=True)
class Example:
    """``who`` is the note of the request: nobody, one who may only trigger, or, without any, one who may do all."""

    request: str
    who: str
    variables: str
    answer: Any


def examples() -> Iterator[Example]:
    """Each ``graphql`` block with the ``json`` blocks after it: variables, if there are two, and the answer."""
    found = blocks(PAGE)
    for position, block in enumerate(found):
        if block.language == "graphql":
            variables, answer = _values(found[position + 1 : position + 3])
            yield Example(block.text, block.note, variables, json.loads(answer))


def _values(following: list[Block]) -> tuple[str, str]:
    values = [block.text for block in following if block.language == "json"]
    return (values[0], values[1]) if len(values) == 2 else ("{}", values[0])


class ListQuery:
    """Follows the page: an id or cursor that it shows stands for the one that was really answered there."""

    def __init__(self) -> None:
        self._real: dict[str, str] = {}

    def variables(self, shown: str) -> Any:
        for written, real in self._real.items():
            shown = shown.replace(written, real)
        return json.loads(shown)

    def recognise(self, shown: Any, real: Any, name: str = "") -> Any:
        """The shown value, where the real one is the same but for ids, cursors and instants; else the real one."""
        if isinstance(shown, dict) and isinstance(real, dict) and list(shown) == list(real):
            return {key: self.recognise(value, real[key], key) for key, value in shown.items()}
        if isinstance(shown, list) and isinstance(real, list) and len(shown) == len(real):
            return [self.recognise(value, actual, name) for value, actual in zip(shown, real, strict=True)]
        if isinstance(shown, str) and isinstance(real, str) and self._alike(shown, real, name):
            return shown
        return real

    def _alike(self, shown: str, real: str, name: str) -> bool:
        if INSTANT.fullmatch(shown):
            return INSTANT.fullmatch(real) is not None
        ids = ID.fullmatch(shown), ID.fullmatch(real)
        if all(ids) or name.lower().endswith("cursor"):
            kept = self._real.setdefault(shown, real) == real
            return kept and (ids[0] is None or shown[:3] == real[:3])
        return False


async def test_requests_are_answered_as_shown(
    services: Services, ada: GraphQLClient, nobody: GraphQLClient, caller: CallerFactory
) -> None:
    clients = {"": ada, "nobody": nobody, "trigger": caller("events:trigger")}
    await Demo.start(services, ada)
    reader, number = ListQuery(), 0
    for number, example in enumerate(examples(), start=1):  # noqa: B007
        answered = (await clients[example.who](example.request, **reader.variables(example.variables))).body
        assert reader.recognise(example.answer, answered) == example.answer, example.request
    assert number > 15


def test_the_page_names_only_what_there_is() -> None:
    """The parts of the page that are not run: names in its text."""
    text = re.sub(r"```.*?```", "", PAGE.read_text("utf-8"), flags=re.DOTALL)
    names = set(re.findall(r"`([A-Z][A-Za-z]+)(?:\.([a-z]\w+))?`", text))
    unknown = [
        f"{kind}.{field}"
        for kind, field in names
        if kind.endswith(("Error", "Input", "Result")) or field
        if kind not in SCHEMA.type_map or (field and field not in getattr(SCHEMA.type_map[kind], "fields", {}))
    ]
    assert unknown == []


def test_every_error_of_the_schema_is_in_the_table() -> None:
    errors = {name for name, kind in SCHEMA.type_map.items() if "Error" in map(str, getattr(kind, "interfaces", ()))}
    table = set(re.findall(r"^\| `(\w+Error)` ", PAGE.read_text("utf-8"), re.MULTILINE))
    assert table == errors - {"NotFoundError"}


def test_every_shown_request_is_valid() -> None:
    assert [error for example in examples() for error in validate(SCHEMA, parse(example.request))] == []


def test_the_limits_are_the_default_ones() -> None:
    fields, limits = Settings.model_fields, PAGE.read_text("utf-8").partition("## Limits")[2]
    stated = {
        f"{fields['graphql_max_tokens'].default:,} tokens",
        f"{fields['graphql_max_depth'].default} fields deep",
        f"{fields['graphql_max_fields'].default:,} fields",
        f"{fields['graphql_max_aliases'].default} aliases",
        f"{fields['graphql_max_cost'].default:,} values",
        f"{fields['max_payload_bytes'].default // 1024} KiB",
        f"{fields['max_payload_depth'].default} levels",
        f"{fields['max_body_bytes'].default // 1024 // 1024} MiB",
    }
    assert {each for each in stated if each not in limits.replace("\n", " ")} == set()
