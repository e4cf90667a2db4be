"""The requests in docs/graphql.md, sent in their order, have the responses that the page shows."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphql import parse, validate

from bpmn_events.application.services import Services
from bpmn_events.config import Settings
from bpmn_events.web.gql.endpoint.endpoint import GraphQLEndpoint
from bpmn_events.web.gql.execution.limits import GraphQLLimits
from tests.api.gql.cases import Demo
from tests.api.gql.client import GraphQLClient
from tests.api.gql.conftest import CallerFactory
from tests.api.gql.http.endless import read_blocks_of_stream
from tests.support.documents import SCHEMA
from tests.support.pages import Block, read_blocks

DEFAULT_LIMITS = GraphQLLimits()
PAGE = Path(__file__).parents[4] / "docs" / "graphql.md"
ID = re.compile(r"(we|pi|tr|pm|co|ta)_[0-9a-f]{32}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@dataclass(frozen=True)
class Example:
    """A request of the page with its response.

    ``caller`` is the note of the request: ``nobody``, ``trigger`` for a caller that may only trigger events, or empty
    for one with all permissions. The response to a subscription is the text of an event stream.
    """

    request: str
    caller: str
    variables: str
    response: Any


def examples() -> Iterator[Example]:
    """Yield each ``graphql`` block with the ``json`` blocks after it: variables, if there are two, and response."""
    page = read_blocks(PAGE)
    for position, block in enumerate(page):
        if block.language == "graphql":
            variables, response = _values(page[position + 1 : position + 3])
            is_stream = block.text.startswith("subscription")
            yield Example(block.text, block.note, variables, response if is_stream else json.loads(response))


def _values(following: list[Block]) -> tuple[str, str]:
    values = [block.text for block in following if block.language in ("json", "text")]
    return (values[0], values[1]) if len(values) == 2 else ("{}", values[0])


class ResponseMatcher:
    """Compares responses with the page and maps the ids and cursors on the page to the real ones."""

    def __init__(self) -> None:
        self._real: dict[str, str] = {}

    def variables(self, shown: str) -> Any:
        for written, real in self._real.items():
            shown = shown.replace(written, real)
        return json.loads(shown)

    def match(self, shown: Any, real: Any, name: str = "") -> Any:
        """Return the shown value if only ids, cursors and instants differ from the real one, else the real one."""
        if isinstance(shown, dict) and isinstance(real, dict) and list(shown) == list(real):
            return {key: self.match(value, real[key], key) for key, value in shown.items()}
        if isinstance(shown, list) and isinstance(real, list) and len(shown) == len(real):
            return [self.match(value, actual, name) for value, actual in zip(shown, real, strict=True)]
        if isinstance(shown, str) and isinstance(real, str) and self._is_equivalent(shown, real, name):
            return shown
        return real

    def match_stream(self, shown: str, real: list[str]) -> str:
        """Return the shown blocks of an event stream if they match the real ones, else the real ones."""
        blocks = shown.rstrip("\n").split("\n\n")
        assert len(blocks) == len(real)
        matched = [self._match_block(each, actual) for each, actual in zip(blocks, real, strict=True)]
        return "\n\n".join(matched) + "\n"

    def _match_block(self, shown: str, real: str) -> str:
        (shown_name, _, shown_data), (name, _, data) = shown.partition("data: "), real.partition("data: ")
        if shown_name != name or not data:
            return real
        value = json.loads(shown_data)
        return shown if self.match(value, json.loads(data)) == value else real

    def _is_equivalent(self, shown: str, real: str, name: str) -> bool:
        if INSTANT.fullmatch(shown):
            return INSTANT.fullmatch(real) is not None
        ids = ID.fullmatch(shown), ID.fullmatch(real)
        if all(ids) or name.lower().endswith("cursor"):
            is_consistent = self._real.setdefault(shown, real) == real
            return is_consistent and (ids[0] is None or shown[:3] == real[:3])
        return False


async def test_responses_are_as_shown(
    services: Services, ada: GraphQLClient, nobody: GraphQLClient, caller: CallerFactory
) -> None:
    clients = {"": ada, "nobody": nobody, "trigger": caller("events:trigger")}
    await Demo.start(services, ada)
    headers = {**ada.headers, "Content-Type": "application/json", "Accept": "text/event-stream"}
    matcher, number = ResponseMatcher(), 0
    for number, example in enumerate(examples(), start=1):  # noqa: B007
        if isinstance(example.response, str):
            request = {"query": example.request, "variables": matcher.variables(example.variables)}
            count = example.response.count("\n\n") + 1
            sent = json.dumps(request).encode()
            blocks = await read_blocks_of_stream(GraphQLEndpoint(services), sent, headers, count)
            assert matcher.match_stream(example.response, blocks) == example.response, example.request
            continue
        body = (await clients[example.caller](example.request, **matcher.variables(example.variables))).body
        assert matcher.match(example.response, body) == example.response, example.request
    assert number > 15


def test_the_page_names_only_existing_types() -> None:
    """Types and fields in the text outside the examples."""
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
        f"{fields['graphql_max_characters'].default:,} characters",
        f"{fields['graphql_max_tokens'].default:,} tokens",
        f"{DEFAULT_LIMITS.max_lines:,} lines",
        f"{DEFAULT_LIMITS.max_operations} operations",
        f"{DEFAULT_LIMITS.max_name} characters",
        f"{DEFAULT_LIMITS.max_list:,} values",
        f"{fields['graphql_max_depth'].default} fields deep",
        f"{fields['graphql_max_fields'].default:,} fields",
        f"{fields['graphql_max_aliases'].default} aliases",
        f"{fields['graphql_max_cost'].default:,} values",
        f"{fields['max_payload_bytes'].default // 1024} KiB",
        f"{fields['max_payload_depth'].default} levels",
        f"{fields['max_body_bytes'].default // 1024 // 1024} MiB",
    }
    assert {each for each in stated if each not in limits.replace("\n", " ")} == set()
