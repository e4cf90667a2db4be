"""Correlation keys and subscriptions, those of BPMN and those of a common modeler."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError
from bpmn_events.adapters.hosts.embedded.model.correlation import CorrelationKey
from bpmn_events.adapters.hosts.embedded.model.names import ComputedName
from bpmn_events.adapters.hosts.embedded.parsing.definitions.expressions import parse_expression, parse_text
from bpmn_events.adapters.hosts.embedded.parsing.definitions.names import read_name
from bpmn_events.adapters.hosts.embedded.parsing.document import BPMN, BpmnDocument, children, text_of
from bpmn_events.adapters.hosts.embedded.parsing.extensions import modeler_elements


def read_correlation_keys(document: BpmnDocument, process: etree._Element) -> tuple[CorrelationKey, ...]:
    """Return the correlation keys of the file, with the subscriptions of this process."""
    keys = document.share("correlation keys", lambda: _read_keys(document))
    subscriptions = _read_subscriptions(document, process)
    if not subscriptions:
        return keys.all
    for name in subscriptions:
        if name not in keys.properties:
            document.refuse(process, f"its correlation subscription refers to {name!r}, which is no correlation key")
    return tuple(
        _subscribe(document, key, keys.properties[key.id], subscriptions[key.id])
        if key.id in subscriptions and key.id in keys.properties
        else key
        for key in keys.all
    )


@dataclass(frozen=True, slots=True)
class _Keys:
    """The correlation keys of the file, without subscriptions of processes.

    ``properties`` has the element and the properties of each key of BPMN, by key id.
    """

    all: tuple[CorrelationKey, ...]
    properties: Mapping[str, tuple[etree._Element, Sequence[str]]]


def _read_keys(document: BpmnDocument) -> _Keys:
    keys, properties = [], {}
    for element in document.root.iter(f"{{{BPMN}}}correlationKey"):
        names = [_local_part(text_of(reference)) for reference in children(element, "correlationPropertyRef")]
        key = _read_key(document, element, names)
        keys.append(key)
        properties[key.id] = (element, names)
    return _Keys((*keys, *_read_modeler_keys(document)), properties)


def _subscribe(
    document: BpmnDocument,
    key: CorrelationKey,
    definition: tuple[etree._Element, Sequence[str]],
    bindings: Mapping[str, Expression],
) -> CorrelationKey:
    """Return the key with the values that a process subscribes to."""
    element, properties = definition
    missing = [name for name in properties if name not in bindings]
    if not missing:
        return replace(key, subscription=tuple(bindings[name] for name in properties))
    document.refuse(element, f"the subscription to it has no value for its property {missing[0]!r}")
    return replace(key, refusal=key.refusal or document.issues[-1].message)


def _read_key(document: BpmnDocument, element: etree._Element, properties: Sequence[str]) -> CorrelationKey:
    identifier, issues_before = element.get("id") or "", len(document.issues)
    if not identifier or not properties:
        document.refuse(element, "a correlation key has an id and refers to correlation properties")
        return CorrelationKey(identifier, refusal=document.issues[-1].message)
    retrievals = [_read_retrievals(document, element, name) for name in properties]
    names = set(retrievals[0]).intersection(*retrievals[1:])
    messages = {name: tuple(retrieval[name] for retrieval in retrievals) for name in sorted(names)}
    issues = document.issues[issues_before:]
    return CorrelationKey(identifier, messages, refusal=issues[0].message if issues else None)


def _read_retrievals(document: BpmnDocument, key: etree._Element, property_id: str) -> dict[str, Expression]:
    """Return the expressions that read the value of a property from a message, by message name."""
    target = document.by_id.get(property_id)
    if target is None or not str(target.tag).endswith("}correlationProperty"):
        document.refuse(key, f"it refers to {property_id!r}, which is no correlation property of this file")
        return {}
    expressions = {}
    for retrieval in children(target, "correlationPropertyRetrievalExpression"):
        message = document.resolve_reference(retrieval, "messageRef", "message")
        paths = children(retrieval, "messagePath")
        if message is None or not paths:
            document.refuse(retrieval, "a retrieval expression has a messageRef and a messagePath")
            continue
        name = _read_name(document, message)
        if isinstance(name, ComputedName):
            document.refuse(retrieval, "a correlation key of a message whose name is computed is not supported")
            continue
        expressions[name] = parse_expression(document, paths[0])
    return expressions


def _read_subscriptions(document: BpmnDocument, process: etree._Element) -> dict[str, dict[str, Expression]]:
    """Return the expressions over the variables of the process, by key id, then by property id."""
    subscriptions: dict[str, dict[str, Expression]] = {}
    for subscription in children(process, "correlationSubscription"):
        bindings: dict[str, Expression] = {}
        for binding in children(subscription, "correlationPropertyBinding"):
            paths = children(binding, "dataPath")
            if paths:
                name = _local_part(binding.get("correlationPropertyRef") or "")
                bindings[name] = parse_expression(document, paths[0])
        subscriptions[_local_part(subscription.get("correlationKeyRef") or "")] = bindings
    return subscriptions


def _read_modeler_keys(document: BpmnDocument) -> Iterable[CorrelationKey]:
    """Yield a key for each `zeebe:subscription correlationKey="= orderId"`.

    Its expression is evaluated over the variables of the process and over the payload of the message.
    """
    for message in children(document.root, "message"):
        for subscription in modeler_elements(message, "subscription"):
            text = subscription.get("correlationKey")
            name = _read_name(document, message)
            if not text or not name:
                continue
            path = (parse_text(document, subscription, text),)
            if isinstance(name, ComputedName):
                yield CorrelationKey(message.get("id") or name.text, {name.text: path}, path, computed=path)
            else:
                yield CorrelationKey(message.get("id") or name, {name: path}, path)


def _read_name(document: BpmnDocument, message: etree._Element) -> str | ComputedName:
    text = message.get("name") or message.get("id") or ""
    try:
        return read_name(document, text)
    except ExpressionError:  # refused where the message is referred to
        return text


def _local_part(reference: str) -> str:
    return reference.rpartition(":")[2]
