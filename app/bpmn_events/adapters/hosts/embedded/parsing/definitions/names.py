"""Names of messages and signals, which an expression may compute."""

from bpmn_events.adapters.hosts.embedded.model.names import ComputedName, without_constant_expression
from bpmn_events.adapters.hosts.embedded.parsing.definitions.texts import has_expression, read_mixed_text
from bpmn_events.adapters.hosts.embedded.parsing.document import BpmnDocument


def read_name(document: BpmnDocument, text: str) -> str | ComputedName:
    """Return the name in the text. An expression that reads neither variables nor the time is replaced by its value.

    Raises:
        ExpressionError: An expression in the text is not in the language.
    """
    if not has_expression(text):
        return text
    return without_constant_expression(ComputedName(text, read_mixed_text(document, text)))
