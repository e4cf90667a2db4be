"""What a model says about correlation: BPMN's keys and subscriptions, and the subscriptions of a common modeler."""

from collections.abc import Iterable

from lxml import etree

from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError
from bpmn_events.adapters.hosts.embedded.model.correlation import CorrelationKey
from bpmn_events.adapters.hosts.embedded.parsing.definitions.events import parsed_expression
from bpmn_events.adapters.hosts.embedded.parsing.document import BPMN, Document, children, text_of
from bpmn_events.adapters.hosts.embedded.parsing.extensions import modeler_elements
from bpmn_events.adapters.hosts.embedded.parsing.support_pages import EXPRESSIONS_PAGE


def correlation_keys_of(document: Document, process: etree._Element) -> tuple[CorrelationKey, ...]:
    """The keys that conversations of the process are told apart by."""
    subscriptions = _subscriptions(document, process)
    keys = []
    for element in document.root.iter(f"{{{BPMN}}}correlationKey"):
        key = _key(document, element, subscriptions)
        if key is not None:
            keys.append(key)
    known = {key.id for key in keys}
    for name in subscriptions:
        if name not in known:
            document.refuse(process, f"its correlation subscription refers to {name!r}, which is no correlation key")
    return (*keys, *_modeler_keys(document))


def _key(
    document: Document, element: etree._Element, subscriptions: dict[str, dict[str, Expression]]
) -> CorrelationKey | None:
    identifier = element.get("id")
    properties = [_local(text_of(each)) for each in children(element, "correlationPropertyRef")]
    if identifier is None or not properties:
        document.refuse(element, "a correlation key has an id and refers to correlation properties")
        return None
    retrievals = [_retrievals(document, element, name) for name in properties]
    common = set(retrievals[0]).intersection(*retrievals[1:])
    subscription = None
    if identifier in subscriptions:
        bindings = subscriptions[identifier]
        missing = [name for name in properties if name not in bindings]
        if missing:
            document.refuse(element, f"the subscription to it has no value for its property {missing[0]!r}")
        else:
            subscription = tuple(bindings[name] for name in properties)
    messages = {name: tuple(retrieval[name] for retrieval in retrievals) for name in sorted(common)}
    return CorrelationKey(identifier, messages, subscription)


def _retrievals(document: Document, key: etree._Element, property_id: str) -> dict[str, Expression]:
    """By message name, where the property's value stands in the message."""
    target = document.by_id.get(property_id)
    if target is None or not str(target.tag).endswith("}correlationProperty"):
        document.refuse(key, f"it refers to {property_id!r}, which is no correlation property of this file")
        return {}
    found = {}
    for retrieval in children(target, "correlationPropertyRetrievalExpression"):
        message = document.referenced(retrieval, "messageRef", "message")
        paths = children(retrieval, "messagePath")
        if message is None or not paths:
            document.refuse(retrieval, "a retrieval expression has a messageRef and a messagePath")
            continue
        path = parsed_expression(document, paths[0])
        if path is not None:
            found[message.get("name") or message.get("id") or ""] = path
    return found


def _subscriptions(document: Document, process: etree._Element) -> dict[str, dict[str, Expression]]:
    """By key, then by property: the expressions over the process's variables."""
    found: dict[str, dict[str, Expression]] = {}
    for subscription in children(process, "correlationSubscription"):
        bindings: dict[str, Expression] = {}
        for binding in children(subscription, "correlationPropertyBinding"):
            paths = children(binding, "dataPath")
            path = parsed_expression(document, paths[0]) if paths else None
            if path is not None:
                bindings[_local(binding.get("correlationPropertyRef") or "")] = path
        found[_local(subscription.get("correlationKeyRef") or "")] = bindings
    return found


def _modeler_keys(document: Document) -> Iterable[CorrelationKey]:
    """`zeebe:subscription correlationKey="= orderId"`: the process's value of that expression must be the message's."""
    for message in children(document.root, "message"):
        for subscription in modeler_elements(message, "subscription"):
            text = subscription.get("correlationKey")
            name = message.get("name") or message.get("id")
            if not text or name is None:
                continue
            try:
                path = (Expression.parse(text),)
            except ExpressionError as error:
                document.refuse(subscription, str(error), EXPRESSIONS_PAGE)
                continue
            yield CorrelationKey(message.get("id") or name, {name: path}, path)


def _local(reference: str) -> str:
    return reference.rpartition(":")[2]
