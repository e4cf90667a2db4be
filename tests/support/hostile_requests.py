"""GraphQL requests that would take long if the server did not limit them: a mistake in each token, megabytes, loops."""

import json
from dataclasses import dataclass, field
from typing import Any

# The largest document that the server takes has so many tokens and characters.
TOKENS = 4_000
CHARACTERS = 100_000
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class HostileRequest:
    """A request. ``is_valid`` is True if it is executed, and refused only by the resolvers."""

    query: str
    variables: dict[str, Any] = field(default_factory=dict)
    is_valid: bool = False

    @property
    def body(self) -> bytes:
        return json.dumps({"query": self.query, "variables": self.variables}, separators=(",", ":")).encode()


def _repeat(text: str, times: int) -> str:
    """Return the text so many times, with the number in place of each ``#``."""
    return " ".join(text.replace("#", str(number)) for number in range(times))


def _events(arguments: str) -> str:
    return f"{{ waitingEvents({arguments}) {{ __typename }} }}"


def _fragments(text: str, times: int) -> str:
    """Return fragments on Query. ``text`` is their selection, ``@`` in it the number of the next fragment."""
    return " ".join(
        f"fragment F{number} on Query {{ {text.replace('#', str(number)).replace('@', str(number + 1))} }}"
        for number in range(times)
    )


_ESCAPE = "\\u0061"
_ONE_FIELD = "viewer { __typename }"
_ARGUMENTS = "a#: __schema { types { fields { args { name } } } }"
_MODEL_KEY = "a#: processModel(key: $p) { ... on ProcessModelNotFoundError { processModelKey } }"
_CORRELATION = "a#: correlation(id: $p) { ... on CorrelationNotFoundError { correlationId message } }"
_FILTERED = "query($p: WaitingEventFilter) { waitingEvents(filter: $p) { __typename } }"
_FULL_TYPE = (
    "kind name description fields { name args { name description type { name ofType { name } } } type { name } } "
    "inputFields { name type { name } } enumValues { name } possibleTypes { name }"
)

MISTAKES = {
    "unknown fields": f"{{ {_repeat('waitingEvent#', 990)} }}",
    "unknown fields of a union": f"{{ waitingEvents {{ {_repeat('totalCounts#', 990)} }} }}",
    "unknown arguments": _events(_repeat("firs#: 1", 1300)),
    "the same argument": _events(_repeat("first: 1", 1300)),
    "missing arguments": f"{{ {_repeat('node { id }', 490)} }}",
    "missing selections": f"{{ {_repeat('viewer', 990)} }}",
    "selections of a leaf": f"{{ viewer {{ {_repeat('subject { a }', 490)} }} }}",
    "unknown types": f"{_repeat('fragment F# on WaitingEven# { a }', 560)} {{ a }}",
    "unused fragments": f"{{ __typename }} {_repeat('fragment F# on Query { __typename }', 560)}",
    "unused variables": f"query({_repeat('$v#: Int', 980)}) {{ viewer {{ __typename }} }}",
    "the same variable": f"query({_repeat('$v: Int', 980)}) {{ viewer {{ __typename }} }}",
    "undefined variables": _events(f"filter: {{ elementIds: [{_repeat('$v#', 990)}] }}"),
    "wrong enum values": _events(f"filter: {{ eventTypes: [{_repeat('MESSAG#', 990)}] }}"),
    "wrong list items": _events(f"filter: {{ elementIds: [{_repeat('{}', 990)}] }}"),
    "unknown members": _events(f"filter: {{ {_repeat('elementId#: 1', 1300)} }}"),
    "the same member": _events(f"filter: {{ {_repeat('search: 1', 1300)} }}"),
    "unknown directives": f"{{ viewer {_repeat('@skipp', 1990)} {{ __typename }} }}",
    "the same directive": f"{{ viewer {_repeat('@skip(if: true)', 560)} {{ __typename }} }}",
    "impossible spreads": f"{{ viewer {{ {_repeat('... on Query { __typename }', 560)} }} }}",
    "type definitions": _repeat("type A# { a: Int }", 500),
    "operations of one name": _repeat("query A { __typename }", 49),
    "mistakes after many lines": "\n" * 9_900 + f"{{ {_repeat('waitingEvent#', 990)} }}",
    "conflicting fields": f"{{ {_repeat('a: node(id: #) { id }', 45)} }}",
}
SIZES = {
    "too many tokens": f"{{ {_repeat('a', TOKENS)} }}",
    "too many characters": f"{{ {'a' * MEGABYTE} }}",
    "a megabyte in a string": f'{{ node(id: "{"a" * MEGABYTE}") {{ id }} }}',
    "a megabyte of escapes": f'{{ node(id: "{_ESCAPE * 140_000}") {{ id }} }}',
    "a megabyte of comment": f"#{'a' * MEGABYTE}\n{{ viewer {{ __typename }} }}",
    "a megabyte of lines": "\n" * (MEGABYTE // 2) + "{ viewer { __typename }",
    "many lines": "\n" * 20_000 + "{ viewer { __typename } }",
    "many lines in a string": f'{{ node(id: """{chr(10) * 20_000}""") {{ id }} }}',
    "many comments": "#\n" * 9_000 + "{ viewer { __typename } }",
    "a long name": f"{{ {'a' * (CHARACTERS - 10)} }}",
    "a long alias": f"{{ {'a' * (CHARACTERS - 100)}: viewer {{ __typename }} }}",
    "a long variable": f"query(${'a' * (CHARACTERS - 100)}: Int) {{ viewer {{ __typename }} }}",
    "a long type": f"{{ viewer {{ ... on {'a' * (CHARACTERS - 100)} {{ a }} }} }}",
    "a long operation": f"query {'a' * 90_000}({_repeat('$v#: Int', 500)}) {{ viewer {{ __typename }} }}",
    "a long enum value": _events(f"orderBy: {'a' * (CHARACTERS - 100)}"),
    "a long string for a number": _events(f'first: "{"a" * (CHARACTERS - 100)}"'),
    "an integer of many digits": _events(f"first: {'9' * (CHARACTERS - 100)}"),
    "an integer of 5,000 digits": _events(f"first: {'9' * 5_000}"),
    "a default of 5,000 digits": f"query($n: Int = {'9' * 5_000}) {_events('first: $n')}",
    "an object for a number": _events(f"first: {{ {_repeat('a#: 1', 1250)} }}"),
    "nested fields": "{a" * 1_300 + "}" * 1_300,
    "nested inline fragments": "{..." * 190 + "{a}" + "}" * 190,
    "nested lists": f"{{ node(id: {'[' * 1_900}{']' * 1_900}) {{ id }} }}",
    "nested objects": f"{{ node(id: {'{a:' * 190}1{'}' * 190}) {{ id }} }}",
    "nested types": f"query($a: {'[' * 1_900}Int{']' * 1_900}) {{ node(id: $a) {{ id }} }}",
    "many aliases": f"{{ {_repeat('a#: node(id: #) { id }', 360)} }}",
    "many operations": _repeat("query A# { __typename }", 790),
    "a long list": f"{{ waitingEventStats(groupBy: [{_repeat('LANE', 3_900)}]) {{ __typename }} }}",
}
REPETITIONS = {
    "one field many times": f"{{ {_repeat('viewer { __typename }', 490)} }}",
    "one leaf many times": f"{{ viewer {{ {_repeat('__typename', 990)} }} }}",
    "one field with many arguments": f"{{ {_repeat('node(id: #) { id }', 430)} }}",
    "one field in many inline fragments": f"{{ {_repeat('... { viewer { __typename } }', 360)} }}",
    "deep fields many times": "{ "
    + "waitingEvents { ... on WaitingEventConnection { nodes { processModel { waitingEvents { nodes { id } } } } } } "
    * 120
    + "}",
    "many fragments with one field": f"{{ {_repeat('...F#', 330)} }} {_fragments(_ONE_FIELD, 330)}",
    "a chain of fragments": f"{{ ...F0 }} {_fragments('...F@ __typename', 400)} fragment F400 on Query {{ viewer }}",
    "a circle of fragments": f"{{ ...F0 }} {_fragments('...F@', 480)} fragment F480 on Query {{ ...F0 }}",
    "fragments that spread all": f"{{ ...F0 }} {_fragments(_repeat('...F#', 42), 42)}",
    "fragments that double": f"{{ ...F0 }} {_fragments('...F@ ...F@', 50)} fragment F50 on Query {{ __typename }}",
    "operations that share fragments": f"{_repeat('query A#($v: Int) { ...F0 }', 50)} "
    f"fragment F0 on Query {{ {_repeat('waitingEvents(first: $v) { __typename }', 250)} }}",
    "introspection many times": f"{{ {_repeat(f'a#: __schema {{ types {{ {_FULL_TYPE} }} }}', 15)} }}",
    "arguments of all fields many times": f"{{ {_repeat(_ARGUMENTS, 49)} }}",
    "fields of all types many times": f"{{ __schema {{ types {{ {_repeat('a#: fields { name }', 50)} }} }} }}",
    "deep introspection": "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
    "introspection beside a large list": f"{{ __schema {{ types {{ name }} }} {_events('first: 500')[1:-1]} "
    "more: waitingEvents(first: 500) { ... on WaitingEventConnection { nodes { id elementId name lane dueAt } } } }",
}
VALUES: dict[str, tuple[str, Any]] = {
    "wrong items": (_FILTERED, {"elementIds": [{}] * 300_000}),
    "one wrong item at the end": (_FILTERED, {"elementIds": ["a"] * 200_000 + [{}]}),
    "right items": (_FILTERED, {"elementIds": ["a"] * 200_000}),
    "wrong enum values": (_FILTERED, {"eventTypes": ["MESSAG"] * 100_000}),
    "a few wrong enum values": (_FILTERED, {"eventTypes": ["MESSAG"] * 900}),
    "unknown members": (_FILTERED, {f"elementId{number}": 1 for number in range(30_000)}),
    "a long member": (_FILTERED, {"a" * MEGABYTE: 1}),
    "a long enum value": (_FILTERED, {"eventTypes": ["a" * MEGABYTE]}),
    "a long text for a number": ("query($p: Int) { waitingEvents(first: $p) { __typename } }", "a" * MEGABYTE),
    "an object for a number": (
        "query($p: Int) { waitingEvents(first: $p) { __typename } }",
        {f"a{number}": number for number in range(60_000)},
    ),
    "a deep list for an id": ("query($p: ID!) { node(id: $p) { id } }", json.loads("[" * 400 + "]" * 400)),
    "wrong inputs": (
        "mutation($p: [TriggerEventInput!]!) { triggerEvents(inputs: $p) { __typename } }",
        [{}] * 300_000,
    ),
    "inputs with unknown members": (
        "mutation($p: [TriggerEventInput!]!) { triggerEvents(inputs: $p) { __typename } }",
        [{"processModelKe": 1, "correlationI": 1}] * 1_000,
    ),
}
ECHOES: dict[str, tuple[str, Any]] = {
    "a long id": (f"query($p: ID!) {{ {_repeat('a#: waitingEvent(id: $p) { ... on Error { message } }', 50)} }}", "id"),
    "a long key": (f"query($p: ID!) {{ {_repeat(_MODEL_KEY, 50)} }}", "key"),
    "a long correlation": (f"query($p: ID!) {{ {_repeat(_CORRELATION, 50)} }}", "c"),
    "a long cursor": (f"query($p: String) {{ {_repeat('a#: waitingEvents(after: $p) { __typename }', 50)} }}", "c"),
}

INVALID: dict[str, HostileRequest] = {
    **{name: HostileRequest(query) for group in (MISTAKES, SIZES, REPETITIONS) for name, query in group.items()},
    **{f"variable: {name}": HostileRequest(query, {"p": value}) for name, (query, value) in VALUES.items()},
}
# These are executed. Their responses would repeat a megabyte fifty times.
EXECUTED: dict[str, HostileRequest] = {
    name: HostileRequest(query, {"p": text * (MEGABYTE // len(text))}, is_valid=True)
    for name, (query, text) in ECHOES.items()
}
ALL: dict[str, HostileRequest] = {**INVALID, **EXECUTED}
