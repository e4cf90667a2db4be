"""The catalogue of extensions knows all that published descriptions of the namespaces have."""

import pytest

from bpmn_events.adapters.hosts.embedded.parsing.catalogue import drools
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.entries import Effect, index
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.vocabularies import (
    VOCABULARIES,
    find_in_extension,
    find_on_bpmn,
)
from bpmn_events.adapters.hosts.embedded.parsing.document import BPMN
from tests.clients.descriptors.moddle import PACKAGES, Descriptor, tag
from tests.clients.descriptors.xml_schema import XmlSchema

DESCRIPTORS = [
    Descriptor("camunda-bpmn-moddle/resources/camunda.json"),
    Descriptor("zeebe-bpmn-moddle/resources/zeebe.json"),
    Descriptor("flowable-bpmn-moddle/resources/camunda.json"),
    Descriptor("activiti-bpmn-moddle/resources/activiti.json"),
]

pytestmark = pytest.mark.usefixtures("node_packages")


def test_bpmn_itself() -> None:
    folder = PACKAGES / "bpmn-moddle" / "resources" / "bpmn" / "xsd"
    schema = XmlSchema(folder / "BPMN20.xsd", folder / "Semantic.xsd")
    parts = set(schema.parts("definitions"))
    assert len({host for host, _ in parts}) > 100
    assert {(host, name) for host, name in parts if not find_on_bpmn(BPMN, name, host)} == set()


@pytest.mark.parametrize("descriptor", DESCRIPTORS, ids=lambda descriptor: descriptor.path)
def test_attributes_of_an_engine(descriptor: Descriptor) -> None:
    attributes = set(descriptor.attributes_on_bpmn())
    assert len(attributes) > 20
    unknown = {(host, name) for host, name in attributes if not find_on_bpmn(descriptor.namespace, f"@{name}", host)}
    assert unknown == set()


@pytest.mark.parametrize("descriptor", DESCRIPTORS, ids=lambda descriptor: descriptor.path)
def test_extension_elements_of_an_engine(descriptor: Descriptor) -> None:
    elements = set(descriptor.elements_on_bpmn())
    assert len(elements) > 20
    unknown = {(host, name) for host, name in elements if not find_on_bpmn(descriptor.namespace, tag(name), host)}
    assert unknown == set()


@pytest.mark.parametrize("descriptor", DESCRIPTORS, ids=lambda descriptor: descriptor.path)
def test_content_of_extension_elements(descriptor: Descriptor) -> None:
    """Only honoured elements have content that counts."""
    pending = {name for host, name in descriptor.elements_on_bpmn() if _is_honoured(descriptor, tag(name), host)}
    types = {tag(name): each for name, each in descriptor.types.items()}
    seen: set[str] = set()
    unknown: set[tuple[str, str]] = set()
    while pending:
        name = tag(pending.pop())
        seen.add(name)
        parts = [*(f"@{each}" for each in descriptor.attributes(types[name])), *descriptor.children(types[name])]
        for part in parts:
            entries = find_in_extension(descriptor.namespace, part, name)
            if not entries:
                unknown.add((name, part))
            elif part in types and part not in seen and any(each.effect is Effect.HONOURED for each in entries):
                pending.add(part)
    assert unknown == set()


def _is_honoured(descriptor: Descriptor, name: str, host: str) -> bool:
    return any(entry.effect is Effect.HONOURED for entry in find_on_bpmn(descriptor.namespace, name, host))


def test_drools() -> None:
    """Its schema does not say where the names may stand."""
    schema = XmlSchema(PACKAGES / "@kie-tools" / "bpmn-marshaller" / "src" / "schemas" / "drools-1_0" / "drools.xsd")
    names = schema.elements | {f"@{name}" for name in schema.attributes}
    assert "onEntry-script" in names
    assert names - set(index(drools.VOCABULARY.entries)) == set()


def test_namespaces_are_those_of_the_descriptors() -> None:
    namespaces = {uri for vocabulary in VOCABULARIES for uri in vocabulary.uris}
    assert {descriptor.namespace for descriptor in DESCRIPTORS} <= namespaces
