"""XML schemas: which attributes and elements may stand on which elements."""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

_XSD = "{http://www.w3.org/2001/XMLSchema}"


class XmlSchema:
    """The declarations of several files of one namespace."""

    def __init__(self, *files: Path) -> None:
        roots = [etree.parse(str(file)).getroot() for file in files]
        self._types = {each.get("name", ""): each for root in roots for each in root.findall(f"{_XSD}complexType")}
        self._elements = {each.get("name", ""): each for root in roots for each in root.findall(f"{_XSD}element")}
        self.attributes = {each.get("name", "") for root in roots for each in root.findall(f"{_XSD}attribute")}

    @property
    def elements(self) -> set[str]:
        """The names of all global elements."""
        return set(self._elements)

    def parts(self, root: str) -> Iterator[tuple[str, str]]:
        """Yield each element below ``root`` with each attribute (with ``@``) and element that may stand on it."""
        seen, pending = set(), [(root, self._elements[root].get("type", ""))]
        while pending:
            name, kind = pending.pop()
            if (name, kind) in seen or kind not in self._types:
                continue
            seen.add((name, kind))
            for part, part_kind in self._content(kind):
                yield name, part
                pending.append((part, part_kind))

    def _content(self, kind: str) -> Iterator[tuple[str, str]]:
        declaration = self._types[kind]
        for extension in declaration.iter(f"{_XSD}extension"):
            if extension.get("base") in self._types:
                yield from self._content(extension.get("base", ""))
        for attribute in declaration.iter(f"{_XSD}attribute"):
            yield f"@{attribute.get('name')}", ""
        for element in declaration.iter(f"{_XSD}element"):
            name, reference = element.get("name"), element.get("ref", ":")
            if name is not None:
                yield name, element.get("type", "")
            elif ":" not in reference:
                yield from ((each, self._elements[each].get("type", "")) for each in self._concrete(reference))

    def _concrete(self, name: str) -> Iterator[str]:
        """Yield the elements that may stand in place of one (its substitution group)."""
        declaration = self._types.get(self._elements[name].get("type", ""))
        if self._elements[name].get("abstract") != "true" and (
            declaration is None or declaration.get("abstract") != "true"
        ):
            yield name
        for other, element in self._elements.items():
            if element.get("substitutionGroup") == name:
                yield from self._concrete(other)
