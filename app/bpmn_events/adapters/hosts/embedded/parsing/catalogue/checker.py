"""Compares a file with the catalogue: refuses parts that are not acted on, and warns of unknown parts."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from lxml import etree

from bpmn_events.adapters.hosts.embedded.model.meaning import CURRENT
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.conditions import has_text
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.entries import Effect, Entries, Entry
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.vocabularies import find_in_extension, find_on_bpmn
from bpmn_events.adapters.hosts.embedded.parsing.document import BPMN, MAX_ISSUES, ZEEBE, BpmnDocument
from bpmn_events.adapters.hosts.embedded.parsing.extensions import NAMESPACE
from bpmn_events.adapters.hosts.embedded.parsing.support_pages import EXTENSIONS, SUPPORT_PAGE

_PAGE = f"{SUPPORT_PAGE}#{EXTENSIONS}"
_EXTENSION_ELEMENTS = f"{{{BPMN}}}extensionElements"
_PROCESS = f"{{{BPMN}}}process"
_MAX_NAME = 80
# The entries of these elements name a value of them.
_SUBJECTS = {"property": "the property", "metaData": "the metadata"}


def check(document: BpmnDocument, processes: Iterable[etree._Element]) -> None:
    """Refuse each part of the file that would change the process and is not acted on. Warn of each unknown part.

    Parts of the same name on elements of the same kind share one warning. Other processes than ``processes`` and
    diagrams are left out. The time grows linearly with the file.
    """
    checker, executed = _Checker(document), frozenset(processes)
    pending = [document.root]
    while pending:
        element = pending.pop()
        if element.tag == _PROCESS and element not in executed:
            continue
        if element is document.root or checker.check_element(element):
            checker.check_attributes(element)
            pending += [child for child in reversed(element) if isinstance(child.tag, str)]
    checker.warn()


# Where one of these stands more than once, only one of them would have an effect.
_SINGLE = frozenset(
    {
        *(
            f"{{{BPMN}}}{name}"
            for name in (
                *("condition", "conditionExpression", "script", "transformation", "from", "to"),
                *("loopCondition", "loopCardinality", "completionCondition", "loopDataInputRef", "loopDataOutputRef"),
                *("messagePath", "dataPath"),
            )
        ),
        *(f"{{{NAMESPACE}}}{name}" for name in ("payload", "payloadSchema", "payloadVariable", "startEventId")),
        *(
            f"{{{ZEEBE}}}{name}"
            for name in ("taskDefinition", "calledElement", "calledDecision", "loopCharacteristics", "script")
        ),
        f"{{{ZEEBE}}}subscription",
    }
)


class _Place(NamedTuple):
    """The name and the place of an element or attribute, by which its entries are looked up.

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


class _Checker:
    def __init__(self, document: BpmnDocument) -> None:
        self._document = document
        # Most names stand in a file many times, at the same kinds of elements.
        self._entries: dict[_Place, Entries] = {}
        self._unknown: dict[_Place, _Unknown] = {}
        self._single: set[tuple[etree._Element | None, str]] = set()

    def check_element(self, element: etree._Element) -> bool:
        """Check the element. Return True if its attributes and content have to be checked as well."""
        parent = element.getparent()
        is_extension = parent is not None and parent.tag == _EXTENSION_ELEMENTS
        host = parent.getparent() if parent is not None and is_extension else parent
        place = _Place("" if host is None else str(host.tag), str(element.tag), is_extension)
        entry = self._check(place, element, None)
        if place.name in _SINGLE:
            self._check_single(element, parent, place.name)
        return entry is not None and (entry.effect is Effect.HONOURED or _is_bpmn(place.name))

    def _check_single(self, element: etree._Element, parent: etree._Element | None, name: str) -> None:
        if not has_text(element, None) and not element.attrib:  # modelers leave empty elements behind
            return
        if (parent, name) in self._single:
            reason = f"`{etree.QName(name).localname}` stands here more than once, and only one can apply"
            self._document.refuse(element, reason, since=CURRENT)
        self._single.add((parent, name))

    def check_attributes(self, element: etree._Element) -> None:
        """Check the attributes of the element."""
        tag = str(element.tag)
        for name, value in element.attrib.items():
            self._check(_Place(tag, f"@{name}"), element, str(value))

    def _check(self, place: _Place, element: etree._Element, value: str | None) -> Entry | None:
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
            subject, page = _SUBJECTS.get(name) or f"the extension `{name}`", _PAGE
        self._document.refuse(element, f"{subject} {entry.text}", page, since=CURRENT)

    def warn(self) -> None:
        """Warn of the unknown parts, at most as many as a deployment returns."""
        for place, unknown in islice(self._unknown.items(), MAX_ISSUES):
            message = f"{_describe(place)} is unknown: it has no effect"
            if unknown.count > 1:
                message += f" ({unknown.count} times in the file)"
            self._document.warn(unknown.first, message, _PAGE)


def _find(place: _Place) -> Entries:
    namespace, name = _split(place)
    name = f"@{name}" if place.name.startswith("@") else name
    host = etree.QName(place.host)
    is_qualified = place.name.startswith("@{")
    if host.namespace != BPMN:
        is_own = namespace == host.namespace and not is_qualified
        return find_in_extension(namespace, name, host.localname) if is_own else find_on_bpmn(namespace, "", "")
    if is_qualified and namespace == BPMN:  # the attributes of BPMN have no namespace, and are read without one
        return ()
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
    if place.name.startswith("@{") or (place.name.startswith("{") and namespace != BPMN):
        kind += f" of {_shorten(namespace)}"
    return f"the {kind} on `{_shorten(etree.QName(place.host).localname)}`"


def _shorten(text: str) -> str:
    return text if len(text) <= _MAX_NAME else f"{text[:_MAX_NAME]}…"
