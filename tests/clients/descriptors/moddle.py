"""Descriptors of moddle, the model of bpmn.io's modelers: JSON files in npm packages."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from tests.clients.commands import ROOT

PACKAGES = ROOT / "node_modules"
_BPMN = "bpmn-moddle/resources/bpmn/json/bpmn.json"


@dataclass(frozen=True)
class Descriptor:
    """The types of a namespace."""

    path: str

    @cached_property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = msgspec.json.decode((Path(PACKAGES) / self.path).read_bytes())
        return document

    @property
    def namespace(self) -> str:
        return str(self.document["uri"])

    @cached_property
    def types(self) -> dict[str, dict[str, Any]]:
        return {_local(each["name"]): each for each in self.document["types"]}

    def attributes_on_bpmn(self) -> Iterator[tuple[str, str]]:
        """Yield the elements of BPMN with each attribute that the descriptor adds to them."""
        for each in self.types.values():
            for host in self._hosts(each.get("extends", [])):
                yield from ((host, name) for name in self.attributes(each))

    def elements_on_bpmn(self) -> Iterator[tuple[str, str]]:
        """Yield the elements of BPMN with each type that may stand in their extension elements."""
        for name, each in self.types.items():
            for host in self._hosts(each.get("meta", {}).get("allowedIn", [])):
                if not each.get("isAbstract"):
                    yield host, name

    def attributes(self, each: dict[str, Any]) -> list[str]:
        """Return the attributes of a type, with those that it inherits."""
        return [_local(item["name"]) for item in self._properties(each) if item.get("isAttr")]

    def children(self, each: dict[str, Any]) -> Iterator[str]:
        """Yield the names of the elements inside of an element of the type, with those that it inherits."""
        for item in self._properties(each):
            if item.get("isAttr") or item.get("isBody") or item.get("isVirtual"):
                continue
            kind = _local(item["type"])
            if kind in self.types:
                yield from (tag(name) for name in self._concrete(kind))
            else:
                yield tag(_local(item["name"]))

    def is_known(self, name: str) -> bool:
        return name in self.types

    def _properties(self, each: dict[str, Any]) -> list[dict[str, Any]]:
        inherited = [
            self._properties(self.types[_local(name)])
            for name in each.get("superClass", ())
            if _local(name) in self.types
        ]
        return [*each.get("properties", ()), *(item for items in inherited for item in items)]

    def _concrete(self, name: str) -> Iterator[str]:
        if not self.types[name].get("isAbstract"):
            yield name
        for other, each in self.types.items():
            if name in map(_local, each.get("superClass", ())):
                yield from self._concrete(other)

    def _hosts(self, names: list[str]) -> Iterator[str]:
        """Yield the elements of BPMN for types of BPMN, ``*``, or types of this namespace that extend some."""
        for name in names:
            prefix, _, local = name.rpartition(":")
            if name == "*":
                yield from BPMN.hosts("BaseElement")
            elif prefix == "bpmn":
                yield from BPMN.hosts(local)
            elif local in self.types:
                yield from self._hosts(self.types[local].get("extends", []))

    def hosts(self, name: str) -> Iterator[str]:
        """Yield the elements of a type and of the types that inherit from it."""
        return (tag(concrete) for concrete in self._concrete(name))


BPMN = Descriptor(_BPMN)


def tag(name: str) -> str:
    """Return the name of the element for a type."""
    return name[0].lower() + name[1:]


def _local(name: str) -> str:
    return name.rpartition(":")[2]
