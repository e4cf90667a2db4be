"""Compares a file with the catalogue: refuses what would change what happens, and warns of what is unknown."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree

from bpmn_events.adapters.hosts.embedded.model.meaning import CURRENT
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.entries import Effect, Entries, Entry
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.vocabularies import find_in_extension, find_on_bpmn
from bpmn_events.adapters.hosts.embedded.parsing.document import BPMN, BpmnDocument
from bpmn_events.adapters.hosts.embedded.parsing.support_pages import EXTENSIONS, SUPPORT_PAGE

_PAGE = f"{SUPPORT_PAGE}#{EXTENSIONS}"
_EXTENSION_ELEMENTS = f"{{{BPMN}}}extensionElements"
_PROCESS = f"{{{BPMN}}}process"
_MAX_NAME = 80


def judge(document: BpmnDocument, processes: Collection[etree._Element]) -> None:
    """Refuse each part of the file that would change what happens and is not acted on. Warn of each unknown part.

    Parts of the same name on elements of the same kind share one warning. Other processes than ``processes`` and
    diagrams are left out. The time grows linearly with the file.
    """
    judgement = _Judgement(document)
    pending = [document.root]
    while pending:
        element = pending.pop()
        if element.tag == _PROCESS and element not in processes:
            continue
        if element is document.root or judgement.judge_element(element):
            judgement.judge_attributes(element)
            pending += [child for child in reversed(element) if isinstance(child.tag, str)]
    judgement.warn()


class _Place(NamedTuple):
    """What the entries of an element or attribute depend on: its name and where it stands.

    Attributes:
        host: The tag of the element that it stands on.
        name: Its name in Clark notation; an attribute's begins with ``@``.
        is_extension: True directly in the extension elements of the host.
    """

    host: str
    name: str
    is_extension: bool = False


@dataclass(slots=True)
class _Unknown:
    first: etree._Element
    count: int = 0


class _Judgement:
    def __init__(self, document: BpmnDocument) -> None:
        self._document = document
        # Most names stand in a file many times, at the same kinds of elements.
        self._entries: dict[_Place, Entries] = {}
        self._unknown: dict[_Place, _Unknown] = {}

    def judge_element(self, element: etree._Element) -> bool:
        """Judge the element. Return True if its attributes and content have to be judged as well."""
        parent = element.getparent()
        is_extension = parent is not None and parent.tag == _EXTENSION_ELEMENTS
        host = parent.getparent() if parent is not None and is_extension else parent
        place = _Place("" if host is None else str(host.tag), str(element.tag), is_extension)
        entry = self._judge(place, element, None)
        return entry is not None and (entry.effect is Effect.HONOURED or _is_bpmn(place.name))

    def judge_attributes(self, element: etree._Element) -> None:
        """Judge the attributes of the element."""
        tag = str(element.tag)
        for name, value in element.attrib.items():
            self._judge(_Place(tag, f"@{name}"), element, str(value))

    def _judge(self, place: _Place, element: etree._Element, value: str | None) -> Entry | None:
        """Return the entry that applies, or None if the part is unknown."""
        entries = self._entries.get(place)
        if entries is None:
            entries = self._entries[place] = _find(place)
        for entry in entries:
            if entry.condition is None or entry.condition(element, value):
                break
        else:
            self._unknown.setdefault(place, _Unknown(element)).count += 1
            return None
        is_set = value is None or bool(value.strip())
        if entry.effect is Effect.REFUSED and not entry.by_reader and is_set:
            self._refuse(place, element, entry)
        return entry

    def _refuse(self, place: _Place, element: etree._Element, entry: Entry) -> None:
        namespace, name = _split(place)
        if namespace == BPMN:
            subject, page = f"`{name}`", None
        else:
            subject, page = "the property" if name == "property" else f"the extension `{name}`", _PAGE
        self._document.refuse(element, f"{subject} {entry.text}", page, since=CURRENT)

    def warn(self) -> None:
        """Warn of the unknown parts."""
        for place, unknown in self._unknown.items():
            message = f"{_describe(place)} is unknown: it has no effect"
            if unknown.count > 1:
                message += f" ({unknown.count} times in the file)"
            self._document.warn(unknown.first, message, _PAGE)


def _find(place: _Place) -> Entries:
    namespace, name = _split(place)
    name = f"@{name}" if place.name.startswith("@") else name
    host = etree.QName(place.host)
    if host.namespace != BPMN:
        is_own = namespace == host.namespace and not place.name.startswith("@{")
        return find_in_extension(namespace, name, host.localname) if is_own else find_on_bpmn(namespace, "", "")
    if name.startswith("@") or (namespace == BPMN) is not place.is_extension:
        return find_on_bpmn(namespace, name, host.localname)
    return find_on_bpmn(namespace, "", "")  # an extension outside of the extension elements, or BPMN inside of them


def _split(place: _Place) -> tuple[str, str]:
    """Return the namespace and the local name. A plain attribute belongs to the namespace of its element."""
    name = etree.QName(place.name.removeprefix("@"))
    is_plain = name.namespace is None and place.name.startswith("@")
    return (etree.QName(place.host).namespace if is_plain else name.namespace) or "", name.localname


def _is_bpmn(name: str) -> bool:
    return name.startswith(f"{{{BPMN}}}")


def _describe(place: _Place) -> str:
    """Return the kind, name and place of an unknown part."""
    namespace, name = _split(place)
    kind = "attribute" if place.name.startswith("@") else "element"
    kind += f" `{_shorten(name)}`"
    if place.name.startswith(("{", "@{")) and namespace != BPMN:
        kind += f" of {_shorten(namespace)}"
    return f"the {kind} on `{_shorten(etree.QName(place.host).localname)}`"


def _shorten(text: str) -> str:
    return text if len(text) <= _MAX_NAME else f"{text[:_MAX_NAME]}…"
