"""Entries of the catalogue: an element or attribute, its places in a file, and its effect."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import TypeAlias

from lxml import etree


class Effect(Enum):
    """The effect of an element or attribute of a file."""

    HONOURED = "yes"
    HARMLESS = "no effect"
    REFUSED = "refused"


# Returns True for the values to which an entry applies: of an attribute at the element, or, with None, of the element.
Condition: TypeAlias = Callable[[etree._Element, str | None], bool]


@dataclass(frozen=True, slots=True)
class Entry:
    """One or more elements or attributes with the same effect.

    Attributes:
        names: The local names; those of attributes begin with ``@``.
        text: The action of the engine, the purpose of a part without effect, or the reason of the refusal.
        on: The elements that it may stand on; None for any. Elsewhere it is unknown.
        condition: Restricts the entry to some values; None for any.
        by_reader: True if the reader of the element refuses it with a reason of its own, such as for some values only.
    """

    effect: Effect
    names: tuple[str, ...]
    text: str
    on: frozenset[str] | None = None
    condition: Condition | None = None
    by_reader: bool = False


Entries: TypeAlias = tuple[Entry, ...]
Index: TypeAlias = Mapping[str, Entries]


def honoured(names: str, text: str, on: frozenset[str] | None = None, when: Condition | None = None) -> Entry:
    """Return an entry for parts that the engine acts on."""
    return Entry(Effect.HONOURED, tuple(names.split()), text, on, when)


def harmless(names: str, text: str, on: frozenset[str] | None = None, when: Condition | None = None) -> Entry:
    """Return an entry for parts that change nothing about the run of a process."""
    return Entry(Effect.HARMLESS, tuple(names.split()), text, on, when)


def refused(names: str, reason: str, on: frozenset[str] | None = None, when: Condition | None = None) -> Entry:
    """Return an entry for parts that would change the run of a process. They are refused with the reason."""
    return Entry(Effect.REFUSED, tuple(names.split()), reason, on, when)


def refused_by_reader(names: str, reason: str, on: frozenset[str] | None = None) -> Entry:
    """Return an entry for parts that the reader of the element refuses."""
    return Entry(Effect.REFUSED, tuple(names.split()), reason, on, by_reader=True)


def index(entries: Entries) -> Index:
    """Return the entries by name, in their order: the first that applies decides."""
    by_name: dict[str, list[Entry]] = {}
    for entry in entries:
        for name in entry.names:
            by_name.setdefault(name, []).append(entry)
    return MappingProxyType({name: tuple(found) for name, found in by_name.items()})


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The elements and attributes of one namespace, or of several that share them.

    Attributes:
        title: The engine or modeler that defines them.
        prefix: The usual prefix of the namespace; None for BPMN.
        uris: The namespaces.
        entries: The extension elements, and the attributes with the namespace, on elements of BPMN.
        contents: The children and plain attributes of honoured extension elements, by the element's local name.
    """

    title: str
    prefix: str | None
    uris: tuple[str, ...]
    entries: Entries
    contents: Mapping[str, Entries] = field(default_factory=dict)
