"""The names of variables that a BPMN file may set."""

from unicodedata import category

from bpmn_events.adapters.hosts.embedded.model.meaning import CURRENT
from bpmn_events.adapters.hosts.embedded.parsing.document import BpmnDocument


def is_variable_name(document: BpmnDocument, name: str) -> bool:
    """Return True if the name may be that of a variable.

    It is any text with a visible character and without control characters, because an expression can quote a name. In
    files of the first meaning, it is a word.
    """
    if document.meaning < CURRENT:
        return name.isidentifier()
    return bool(name.strip()) and all(category(character) != "Cc" for character in name)
