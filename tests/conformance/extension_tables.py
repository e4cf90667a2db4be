"""The tables of docs/bpmn-support.md about what the namespaces of a file may say, from the parser's catalogue."""

from collections.abc import Iterable, Iterator

from bpmn_events.adapters.hosts.embedded.parsing.catalogue import camunda, hosts
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.decoration import DECORATIONS
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.entries import Effect, Entry, Vocabulary
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.vocabularies import VOCABULARIES

_GROUPS = {
    hosts.FLOW_NODES: "flow nodes",
    hosts.ACTIVITIES: "activities",
    hosts.GATEWAYS: "gateways",
    hosts.EVENTS: "events",
    hosts.THROW_EVENTS: "throw and end events",
    hosts.CATCH_EVENTS: "start, catch and boundary events",
    hosts.EVENT_DEFINITIONS: "event definitions",
    hosts.EXPRESSIONS: "expressions",
    hosts.NOT_EXECUTED: "elements that are not executed",
    hosts.DATA: "data",
    hosts.GLOBAL_TASKS: "global tasks",
    hosts.COLLABORATIONS: "collaborations",
    hosts.CHOREOGRAPHY_NODES: "nodes of choreographies",
    hosts.CONVERSATION_NODES: "nodes of conversations",
    hosts.RESOURCE_ROLES: "roles of people",
    hosts.SUBPROCESSES: "subprocesses",
}
_EFFECTS = {Effect.HONOURED: "", Effect.HARMLESS: "no effect: ", Effect.REFUSED: "refused: "}


def extension_tables() -> str:
    """Return a section for each namespace."""
    sections = [_section(vocabulary) for vocabulary in VOCABULARIES]
    rows = [[f"`{namespace}`", text] for namespace, text in DECORATIONS.items()]
    decoration = "\n\n".join(
        ["### Decoration", "Namespaces that begin with one of these have no effect.", _table(["Namespace", "Of"], rows)]
    )
    return "\n\n".join([*sections, decoration])


def _section(vocabulary: Vocabulary) -> str:
    namespaces = ", ".join(f"`{uri}`" for uri in vocabulary.uris)
    parts = [
        f"### {vocabulary.title}",
        f"Namespaces: {namespaces}." if len(vocabulary.uris) > 1 else f"Namespace: {namespaces}.",
    ]
    if vocabulary is not camunda.VOCABULARY and set(camunda.FAMILY) <= set(vocabulary.entries):
        parts.append("The extensions of Camunda 7 have the same effect here, and these are added:")
    parts.append(_table(["Name", "On", "Effect"], _rows(vocabulary)))
    return "\n\n".join(parts)


def _rows(vocabulary: Vocabulary) -> Iterator[list[str]]:
    shared = vocabulary is not camunda.VOCABULARY
    for entry in vocabulary.entries:
        if not (shared and entry in camunda.FAMILY):
            yield [_names(entry, vocabulary.prefix), _places(entry.on), _effect(entry)]
    for host, entries in vocabulary.contents.items():
        for entry in entries:
            if not (shared and entry in camunda.FAMILY_CONTENTS.get(host, ())):
                yield [_names(entry, None), f"`{vocabulary.prefix}:{host}`", _effect(entry)]


def _names(entry: Entry, prefix: str | None) -> str:
    before = "" if prefix is None else f"{prefix}:"
    plain = (f"`{before}{name.removeprefix('@')}`" for name in entry.names if name.startswith("@"))
    elements = (f"`<{before}{name}>`" for name in entry.names if not name.startswith("@"))
    return ", ".join([*elements, *plain])


def _places(on: frozenset[str] | None) -> str:
    if on is None:
        return "any element"
    labels, rest = [], on
    for group, label in _GROUPS.items():
        if group <= rest:
            labels.append(label)
            rest -= group
    return ", ".join([*labels, *(f"`{name}`" for name in sorted(rest))])


def _effect(entry: Entry) -> str:
    return _EFFECTS[entry.effect] + entry.text


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), *rows])
