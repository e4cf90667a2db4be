"""The variables that hold the data of a BPMN file: properties, data objects, data inputs and data outputs."""

from collections.abc import Mapping

from lxml import etree

_DATA = frozenset(
    {
        "property",
        "dataObject",
        "dataObjectReference",
        "dataInput",
        "dataOutput",
        "inputDataItem",
        "outputDataItem",
        "dataStore",
        "dataStoreReference",
    }
)
_STORES = ("dataStore", "dataStoreReference")
# Modelers draw an association to an activity without data inputs as one to a property with this name.
_PLACEHOLDERS = ("__targetRef_placeholder", "__sourceRef_placeholder")


class DataNames:
    """The data of a file by id and name.

    A variable has the name of its data element, else its id. All references to a data object are the same variable: it
    has the name of the data object, else that of the first reference with a name.
    """

    def __init__(self, by_id: Mapping[str, etree._Element]) -> None:
        self._by_id = by_id
        self._data: dict[str, etree._Element] = {}
        self._by_name: dict[str, etree._Element] = {}
        self._object_names: dict[str, str] = {}
        for identifier, element in by_id.items():
            kind, name = _kind(element), element.get("name")
            if kind not in _DATA:
                continue
            data = element
            if kind == "dataObjectReference":
                data = by_id.get((element.get("dataObjectRef") or "").rpartition(":")[2], element)
                if name:
                    self._object_names.setdefault(data.get("id") or "", name)
            self._data[identifier] = data
            if name:
                self._by_name.setdefault(name, data)

    def find(self, reference: str, *, by_name: bool = True) -> etree._Element | None:
        """Return the data element with that id or name; None if there is none.

        The id may be a qualified name. For a reference to a data object, return the data object.
        """
        data = self._data.get(reference)
        if data is None:
            data = self._data.get(reference.rpartition(":")[2])
        return self._by_name.get(reference) if data is None and by_name else data

    def is_other(self, reference: str) -> bool:
        """Return True if the reference leads to an element that is no data, such as a task."""
        return self.find(reference) is None and reference.rpartition(":")[2] in self._by_id

    def variable(self, reference: str) -> str:
        """Return the variable of the data element with that id or name; the reference itself if there is none."""
        element = self.find(reference)
        if element is None:
            return reference
        identifier = element.get("id") or ""
        return element.get("name") or self._object_names.get(identifier) or identifier


def is_store(element: etree._Element | None) -> bool:
    """Return True for a data store."""
    return element is not None and _kind(element) in _STORES


def is_placeholder(element: etree._Element | None) -> bool:
    """Return True for a property that stands for the whole activity."""
    return element is not None and element.get("name") in _PLACEHOLDERS


def _kind(element: etree._Element) -> str:
    return etree.QName(element).localname
