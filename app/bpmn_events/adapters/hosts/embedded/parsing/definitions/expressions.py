"""The expressions of a file, each in the language that the file has for it."""

from lxml import etree

from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError
from bpmn_events.adapters.hosts.embedded.parsing.document import BpmnDocument, text_of
from bpmn_events.adapters.hosts.embedded.parsing.extensions import modeler_attribute
from bpmn_events.adapters.hosts.embedded.parsing.support_pages import EXPRESSIONS_PAGE

# FEEL and JUEL, whose common syntax the expression language shares. Other languages are refused.
_LANGUAGES = ("feel", "juel", "https://www.omg.org/spec/feel", "http://www.omg.org/spec/feel")


def parse_expression(document: BpmnDocument, element: etree._Element) -> Expression:
    """Return the expression in the text of the element. Refuse a text that is not in the language."""
    language, text = (element.get("language") or "").lower(), text_of(element)
    reason = language_refusal(element)
    if reason is not None:
        document.refuse(element, reason, EXPRESSIONS_PAGE)
        return Expression.refused(text, reason)
    if modeler_attribute(element, "resource"):
        document.refuse(element, "an expression in another file is not supported")
        return Expression.refused(text, "an expression in another file is not supported")
    return parse_text(document, element, text, is_feel="feel" in language)


def language_refusal(element: etree._Element) -> str | None:
    """Return the reason why an expression in the language of the element is refused; None if it is not."""
    language = (element.get("language") or "").lower()
    if not language or language.startswith(_LANGUAGES):
        return None
    return f"expressions in {language!r} are not supported"


def parse_text(
    document: BpmnDocument, element: etree._Element, text: str, label: str = "", *, is_feel: bool = False
) -> Expression:
    """Return the expression of the text. Refuse, at the element, a text that is not in the language."""
    try:
        expression = read_expression(document, text, is_feel=is_feel)
        if expression.remark is not None:
            document.warn(element, f"{label}{expression.remark}", EXPRESSIONS_PAGE)
        return expression
    except ExpressionError as error:
        document.refuse(element, f"{label}{error}", EXPRESSIONS_PAGE)
        return Expression.refused(text, str(error))


def read_expression(document: BpmnDocument, text: str, *, is_feel: bool = False) -> Expression:
    """Return the expression of the text, in the language that the file has for it.

    ``is_feel`` is True if the text is declared to be FEEL, even without a leading `=`.

    Raises:
        ExpressionError: The text is not in the language.
    """
    is_wrapped = text.lstrip().startswith(("${", "#{"))
    if document.uses_feel and (text.lstrip().startswith("=") or (is_feel and not is_wrapped)):
        return Expression.parse_feel(text)
    return Expression.parse(text)
