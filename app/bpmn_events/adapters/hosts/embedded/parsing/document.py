"""The XML document of a BPMN file, and the issues for which the file is refused."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, NoReturn, TypeVar

from lxml import etree

from bpmn_events.adapters.hosts.embedded.model import meaning as meanings
from bpmn_events.adapters.hosts.embedded.parsing.data_names import DataNames
from bpmn_events.adapters.hosts.embedded.parsing.normalization.attributes import unify_attributes
from bpmn_events.adapters.hosts.embedded.parsing.normalization.substitute_ids import add_missing_ids
from bpmn_events.adapters.hosts.embedded.parsing.support_pages import FILES, SUPPORT_PAGE, support_section
from bpmn_events.domain.errors import InvalidProcessModel, ModelIssue
from bpmn_events.domain.ids import MAX_LENGTH

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
# Files that declare this namespace are drawn for an engine that reads `=` expressions as FEEL.
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
MAX_BYTES = 4_194_304
MAX_ISSUES = 100
MAX_DEPTH = 100

T = TypeVar("T")


class BpmnDocument:
    """The XML document of a BPMN file.

    The functions that read it call ``refuse`` for each part that cannot run and return None, or a part without it. So
    one deployment reports all issues of a file.

    Attributes:
        root: The ``definitions`` element.
        is_stored: True for a file that an earlier version of the server has accepted: all that can run of it is read.
        meaning: The meaning by which the file is read (``model.meaning``).
        uses_feel: True if expressions with a leading `=` are FEEL.
        issues: The reasons why the file cannot be deployed.
        warnings: What the file says and the engine does not act on, although it can run the file.
        refused: The element of each issue.
        by_id: The BPMN elements by id.
    """

    def __init__(self, root: etree._Element, *, is_stored: bool = False, meaning: int = meanings.CURRENT) -> None:
        self.root = root
        self.is_stored = is_stored
        self.meaning = meaning
        self.uses_feel = meaning > meanings.FIRST and ZEEBE in root.nsmap.values()
        self.issues: list[ModelIssue] = []
        self.warnings: list[ModelIssue] = []
        self._warned: set[ModelIssue] = set()
        self.refused: list[etree._Element] = []
        self.by_id: dict[str, etree._Element] = {}
        self._shared: dict[str, Any] = {}
        if meaning >= meanings.CURRENT:
            for element, reason in unify_attributes(bpmn_elements(root)):
                self.refuse(element, reason)
        add_missing_ids(bpmn_elements(root))
        for element in bpmn_elements(root):
            identifier = element.get("id")
            if identifier is None:
                continue
            if identifier in self.by_id:
                self.refuse(element, f"the id {identifier!r} is used more than once")
            self.by_id[identifier] = element

    @classmethod
    def parse(cls, text: str) -> "BpmnDocument":
        """Return the document of an XML text.

        Raises:
            InvalidProcessModel: The text is not BPMN 2.0 XML, is too large or too deeply nested, or has a DTD.
        """
        root = _parse_root(text)
        if root.tag != f"{{{BPMN}}}definitions":
            refuse_file(f"the root element is not `definitions` of {BPMN}", root.sourceline)
        return cls(root)

    @classmethod
    def parse_stored(cls, text: str, meaning: int = meanings.CURRENT) -> "BpmnDocument":
        """Return the document of a file that an earlier version of the server has accepted.

        Its size and form are not limited, because the limits may have been different then.

        Raises:
            InvalidProcessModel: The text is not well-formed XML.
        """
        data = _encode(text)
        # Without the limits of the XML library, entities could expand without end.
        return cls(_read_xml(data, huge_tree=b"<!DOCTYPE" not in data), is_stored=True, meaning=meaning)

    @cached_property
    def data_names(self) -> DataNames:
        """The variables that hold the data of the file."""
        return DataNames(self.by_id)

    def find_process(self, key: str) -> etree._Element:
        """Return the process with the key.

        Raises:
            InvalidProcessModel: The file has no such process.
        """
        for process in self.root.iter(f"{{{BPMN}}}process"):
            if process.get("id") == key:
                return process
        refuse_file(f"the file has no process {key!r}", self.root.sourceline)

    def refuse(
        self, element: etree._Element, message: str, page: str | None = None, *, since: int = meanings.FIRST
    ) -> None:
        """Add an issue: a reason why the file cannot be deployed.

        The issue names the element, or its nearest ancestor with an id. ``page`` is the page of the documentation that
        explains the issue; by default, the section about elements of this kind. ``since`` is the first meaning that
        refuses the part: files of earlier meanings keep running with it.
        """
        if self.meaning >= since:
            self.issues.append(_issue(element, message, page))
            self.refused.append(element)

    def warn(self, element: etree._Element, message: str, page: str | None = None) -> None:
        """Add a warning: the file says something that the engine does not act on. It is located like an issue."""
        warning = _issue(element, message, page)
        if warning not in self._warned:  # some parts are read twice
            self._warned.add(warning)
            self.warnings.append(warning)

    def check_length(self, element: etree._Element, label: str, text: str | None) -> None:
        """Refuse an id or name that is too long to be indexed in every supported database."""
        if text is not None and len(text) > MAX_LENGTH:
            self.refuse(element, f"its {label} has {len(text)} characters; at most {MAX_LENGTH} are accepted")

    def raise_issues(self) -> None:
        """Raise ``InvalidProcessModel`` if there are issues."""
        if self.issues:
            raise InvalidProcessModel(tuple(self.issues[:MAX_ISSUES]))

    def share(self, name: str, read: Callable[[], T]) -> T:
        """Return the part of the file that all processes share under this name. It is read when it is first needed."""
        if name not in self._shared:
            self._shared[name] = read()
        shared: T = self._shared[name]
        return shared

    def find(self, reference: str) -> etree._Element | None:
        """Return the element with that id; None if there is none. The reference may be a qualified name."""
        return self.by_id.get(reference.rpartition(":")[2])

    def resolve_reference(self, element: etree._Element, attribute: str, kind: str) -> etree._Element | None:
        """Return the root element (message, signal, error, …) that the attribute refers to.

        Return None if there is no such attribute, or if the reference was refused.
        """
        reference = element.get(attribute)
        if reference is None:
            return None
        target = self.find(reference)
        if target is None or local_name(target) != kind:
            self.refuse(element, f"{attribute} refers to {reference!r}, which is no {kind} of this file")
            return None
        return target


def refuse_file(message: str, line: int | None = None) -> NoReturn:
    """Raise ``InvalidProcessModel`` for the whole file, with this reason alone."""
    raise InvalidProcessModel((ModelIssue(f"{message} (see {SUPPORT_PAGE}#{FILES})", line=line),)) from None


def _issue(element: etree._Element, message: str, page: str | None) -> ModelIssue:
    identified: etree._Element | None = element
    while identified is not None and identified.get("id") is None:
        identified = identified.getparent()
    element_id = identified.get("id") if identified is not None else None
    message = f"{message} (see {page or support_section(local_name(element))})"
    return ModelIssue(message, element_id, element.sourceline)


def _parse_root(text: str) -> etree._Element:
    """Return the root element. Refuse a file that is too large or too deeply nested, or has a document type."""
    data = _encode(text)
    if len(data) > MAX_BYTES:
        refuse_file(f"the file has {len(data)} bytes; at most {MAX_BYTES} are accepted")
    root = _read_xml(data)
    if root.getroottree().docinfo.doctype:
        refuse_file("the file has a document type (DTD), which is not accepted", 1)
    if _depth(root) > MAX_DEPTH:
        refuse_file(f"the file nests elements more than {MAX_DEPTH} deep")
    return root


def _encode(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        refuse_file("the text holds half a surrogate pair")


def _read_xml(data: bytes, *, huge_tree: bool = False) -> etree._Element:
    """Return the root element. Expand no entities, and load nothing from elsewhere."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=huge_tree,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        # The text is already decoded and encoded again as UTF-8: an encoding declaration in it would be wrong.
        return etree.fromstring(_strip_declaration(data), parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or None
        refuse_file(f"the file is not well-formed XML: {error.msg}", line)


def _strip_declaration(data: bytes) -> bytes:
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not data.startswith(b"<?xml"):
        return data
    declaration, end, body = data.partition(b"?>")
    # Keep the line breaks, so that the parser counts lines as in the file.
    return b"\n" * declaration.count(b"\n") + body if end else data


def _depth(root: etree._Element) -> int:
    deepest = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def bpmn_elements(root: etree._Element) -> Iterator[etree._Element]:
    """Yield the elements of the BPMN namespace in document order, without diagrams and extensions."""
    return root.iter(f"{{{BPMN}}}*")


def local_name(element: etree._Element) -> str:
    """Return the tag of a BPMN element without its namespace.

    Extension elements keep their namespace, so that none is mistaken for a BPMN element.
    """
    tag = str(element.tag)
    return tag.removeprefix(f"{{{BPMN}}}")


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """Return the children of this BPMN name."""
    return element.findall(f"{{{BPMN}}}{name}")


def text_of(element: etree._Element) -> str:
    """Return all text inside the element, trimmed."""
    return "".join(element.itertext()).strip()
