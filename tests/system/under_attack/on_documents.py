"""Attacks with GraphQL documents that cost much to check: they are refused with few errors."""

from typing import Any

from tests.system.under_attack.attacks import Attack, Target

_MAX_ERRORS = 20


def _refuses(name: str, query: str, variables: Any = None) -> Attack:
    """Return an attack with the document, which must be refused with few and short errors."""

    async def run(target: Target) -> None:
        response = await target.graphql(query=query, variables=variables or {})
        errors = response.json().get("errors", [])
        assert response.status_code in (200, 400, 413), response.text[:500]
        assert 1 <= len(errors) <= _MAX_ERRORS, (len(errors), response.text[:500])
        assert len(response.content) < 50_000, len(response.content)

    return Attack(name, run)


def _fragments(number: int, width: int = 2) -> str:
    spreads = (" ".join(f"...F{(n + 1 + k) % number}" for k in range(width)) for n in range(number))
    bodies = " ".join(
        f"fragment F{n} on Query {{ viewer {{ __typename }} {spread} }}" for n, spread in enumerate(spreads)
    )
    return "{ ...F0 } " + bodies


def _overlapping(number: int) -> str:
    fields = " ".join(f'waitingEvent(id: "{n}") {{ ... on Error {{ message }} }}' for n in range(number))
    return f"{{ {fields} }}"


def _undefined_variables(number: int) -> str:
    fields = " ".join(f"a{n}: waitingEvent(id: $v{n}) {{ __typename }}" for n in range(number))
    return f"{{ {fields} }}"


ATTACKS = (
    _refuses("an unknown field in every place", "{ " + "nosuchfield " * 3000 + "}"),
    _refuses("unknown arguments", "{ viewer(" + " ".join(f"a{n}: 1" for n in range(1000)) + ") { __typename } }"),
    _refuses("unknown fragments", "{ " + " ".join(f"...F{n}" for n in range(1900)) + " }"),
    _refuses("undefined variables", _undefined_variables(300)),
    _refuses("fragments in a circle", _fragments(100)),
    _refuses("many fragments in a circle", _fragments(300, 3)),
    _refuses("the same field 500 times", _overlapping(500)),
    _refuses("deep selections", "{a" * 1900 + "}" * 1900),
    _refuses("deep lists", "{ viewer(a: " + "[" * 1900 + "]" * 1900 + ") { __typename } }"),
    _refuses("deep objects", "{ viewer(a: " + "{a: " * 900 + "1" + "}" * 900 + ") { __typename } }"),
    _refuses("a name of 900 kB", "{ " + "a" * 900_000 + " }"),
    _refuses("an argument of 900 kB", '{ viewer(a: "' + "x" * 900_000 + '") { __typename } }'),
    _refuses("a number of 900 kB", "{ viewer(a: " + "9" * 900_000 + ") { __typename } }"),
    _refuses("a comment of 900 kB", "{ nosuchfield } #" + "x" * 900_000),
    _refuses("100,000 tokens", "{ " + "a " * 100_000 + "}"),
    _refuses("unknown directives", "{ viewer " + "@nosuch " * 1500 + "{ __typename } }"),
    _refuses("types in a chain", "{ __schema { types " + "{ fields { type " * 12 + "{ name }" + " } }" * 12 + " } }"),
    _refuses("50,000 wrong ids", "query($i: [TriggerEventInput!]!) { triggerEvents(inputs: $i) { __typename } }",
             {"i": [{"x": 1}] * 50_000}),
    _refuses("nested variables", "query($i: WaitingEventFilter) { waitingEvents(filter: $i) { __typename } }",
             {"i": {"processModelKeys": [[["a"]]] * 10_000}}),
    _refuses("many operations", " ".join(f"query Q{n} {{ nosuch }}" for n in range(900))),
)  # fmt: skip
