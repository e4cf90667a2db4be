"""The BPMN file as XML: parsed safely, with the reasons for a refusal collected on the way."""

from collections.abc import Iterator

from lxml import etree

from bpmn_events.adapters.hosts.embedded.parsing.support_pages import FILES, SUPPORT_PAGE, support_section
from bpmn_events.domain.errors import InvalidProcessModel, ModelIssue
from bpmn_events.domain.ids import MAX_LENGTH

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
MAX_BYTES = 4_194_304
MAX_ISSUES = 100
MAX_DEPTH = 100


class Document:
    """The root element of a BPMN file, its elements by id, and the issues found so far."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.issues: list[ModelIssue] = []
        self.by_id: dict[str, etree._Element] = {}
        for element in bpmn_elements(root):
            identifier = element.get("id")
            if identifier is None:
                continue
            if identifier in self.by_id:
                self.refuse(element, f"the id {identifier!r} is used more than once")
            self.by_id[identifier] = element

    @classmethod
    def parse(cls, text: str) -> "Document":
        """Raises ``InvalidProcessModel`` where the text is no BPMN 2.0 XML, or uses a DTD."""
        root = _root(text)
        if root.tag != f"{{{BPMN}}}definitions":
            raise invalid(f"the root element is not `definitions` of {BPMN}", root.sourceline)
        return cls(root)

    def refuse(self, element: etree._Element, message: str, page: str | None = None) -> None:
        """Note a reason why the file cannot be deployed, at the nearest element that has an id.

        ``page`` is where the documentation says more; else the section about elements of this kind.
        """
        place: etree._Element | None = element
        while place is not None and place.get("id") is None:
            place = place.getparent()
        element_id = place.get("id") if place is not None else None
        message = f"{message} (see {page or support_section(local(element))})"
        self.issues.append(ModelIssue(message, element_id, element.sourceline))

    def check_length(self, element: etree._Element, what: str, text: str | None) -> None:
        """Refuse an id or name that is too long to be looked up by in every database."""
        if text is not None and len(text) > MAX_LENGTH:
            self.refuse(element, f"its {what} has {len(text)} characters; at most {MAX_LENGTH} are accepted")

    def raise_issues(self) -> None:
        """Raises ``InvalidProcessModel`` if anything was refused."""
        if self.issues:
            raise InvalidProcessModel(tuple(self.issues[:MAX_ISSUES]))

    def referenced(self, element: etree._Element, attribute: str, kind: str) -> etree._Element | None:
        """The root element (message, signal, error, …) an attribute refers to; None where there is no attribute."""
        reference = element.get(attribute)
        if reference is None:
            return None
        target = self.by_id.get(reference.rpartition(":")[2])
        if target is None or local(target) != kind:
            self.refuse(element, f"{attribute} refers to {reference!r}, which is no {kind} of this file")
            return None
        return target


def invalid(message: str, line: int | None = None) -> InvalidProcessModel:
    """The refusal of a whole file."""
    return InvalidProcessModel((ModelIssue(f"{message} (see {SUPPORT_PAGE}#{FILES})", line=line),))


def _root(text: str) -> etree._Element:
    """No entity is expanded, nothing is fetched, and a document type is refused: BPMN has no use for one."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise invalid("the text holds half a surrogate pair") from None
    if len(data) > MAX_BYTES:
        raise invalid(f"the file has {len(data)} bytes; at most {MAX_BYTES} are accepted")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        # The text is already decoded: an encoding declaration in it says nothing any more.
        root = etree.fromstring(_without_encoding(data), parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or None
        raise invalid(f"the file is not well-formed XML: {error.msg}", line) from None
    if root.getroottree().docinfo.doctype:
        raise invalid("the file has a document type (DTD), which is not accepted", 1)
    if _depth(root) > MAX_DEPTH:
        raise invalid(f"the file nests elements more than {MAX_DEPTH} deep")
    return root


def _without_encoding(data: bytes) -> bytes:
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not data.startswith(b"<?xml"):
        return data
    declaration, end, rest = data.partition(b"?>")
    return b"\n" * declaration.count(b"\n") + rest if end else data


def _depth(root: etree._Element) -> int:
    deepest = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def bpmn_elements(root: etree._Element) -> Iterator[etree._Element]:
    """The elements in BPMN's own namespace, in document order; diagrams and extensions are left out."""
    return root.iter(f"{{{BPMN}}}*")


def local(element: etree._Element) -> str:
    """The tag without its namespace; extension elements keep theirs, so that they are never mistaken for BPMN's."""
    tag = str(element.tag)
    return tag.removeprefix(f"{{{BPMN}}}")


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """The children with that BPMN name."""
    return element.findall(f"{{{BPMN}}}{name}")


def text_of(element: etree._Element) -> str:
    """All text in the element, trimmed."""
    return "".join(element.itertext()).strip()
