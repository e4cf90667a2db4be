"""All vocabularies of the catalogue, and the lookup of names in them."""

from types import MappingProxyType

from bpmn_events.adapters.hosts.embedded.parsing.catalogue import (
    bpmn,
    bpmn_events,
    camunda,
    drools,
    flowable,
    spiffworkflow,
    zeebe,
)
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.decoration import is_decoration
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.entries import Effect, Entries, Entry, Index, index

VOCABULARIES = (
    bpmn.VOCABULARY,
    bpmn_events.VOCABULARY,
    camunda.VOCABULARY,
    zeebe.VOCABULARY,
    flowable.VOCABULARY,
    drools.VOCABULARY,
    spiffworkflow.VOCABULARY,
)
_DECORATION: Entries = (Entry(Effect.HARMLESS, (), "decoration"),)
# By namespace: the parts on elements of BPMN, and the parts in extension elements by their local names.
_ENTRIES = MappingProxyType({uri: index(each.entries) for each in VOCABULARIES for uri in each.uris})
_CONTENTS = MappingProxyType(
    {
        uri: MappingProxyType({name: index(entries) for name, entries in each.contents.items()})
        for each in VOCABULARIES
        for uri in each.uris
    }
)
_NOTHING: Index = MappingProxyType({})


def find_on_bpmn(namespace: str, name: str, host: str) -> Entries:
    """Return the entries of an element or attribute on the BPMN element ``host``; none if it is unknown there.

    Args:
        namespace: The namespace of the element or attribute; of BPMN for its attributes, which have none.
        name: Its local name; an attribute's begins with ``@``.
        host: The local name of a BPMN element.
    """
    entries = _ENTRIES.get(namespace)
    if entries is None:
        return _DECORATION if is_decoration(namespace) else ()
    return tuple(entry for entry in entries.get(name, ()) if entry.on is None or host in entry.on)


def find_in_extension(namespace: str, name: str, host: str) -> Entries:
    """Return the entries of an element or attribute in the extension element ``host`` of the same namespace."""
    contents = _CONTENTS.get(namespace)
    return () if contents is None else contents.get(host, _NOTHING).get(name, ())
