"""The extensions of jBPM, Drools and Kogito (drools.xsd), with the prefix `drools` or, in older files, `tns`."""

from lxml import etree

from bpmn_events.adapters.hosts.embedded.parsing.catalogue.conditions import (
    has_text,
    is_one_of,
    is_true,
    owner,
)
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.entries import (
    Condition,
    Vocabulary,
    harmless,
    honoured,
    refused,
)
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.hosts import FLOW_NODES, THROW_EVENTS
from bpmn_events.adapters.hosts.embedded.parsing.document import local_name

_CODE = "runs code of another engine: it is not run"
_CALL = frozenset({"callActivity"})
_TERMINATE = frozenset({"terminateEventDefinition"})
_FLOW = frozenset({"sequenceFlow"})


def _is_set(name: str, *values: str) -> Condition:
    """Return a condition for metadata of this name with a value, or with one of these values."""

    def applies(item: etree._Element, _value: str | None) -> bool:
        text = "".join(item.itertext()).strip()
        return item.get("name") == name and (text in values if values else bool(text))

    return applies


def _is_thrown_elsewhere(item: etree._Element, _value: str | None) -> bool:
    """Return True for metadata of a thrown signal that reaches only its own instance, or other servers."""
    event = owner(item)
    is_thrown = event is not None and local_name(event) in THROW_EVENTS
    return is_thrown and _is_set("customScope", "processInstance", "external")(item, None)


def _ends_more(definition: etree._Element, value: str | None) -> bool:
    """Return True for a terminate event inside of a subprocess that ends the whole process."""
    event = definition.getparent()
    container = None if event is None else event.getparent()
    return (value or "").strip() == "process" and container is not None and local_name(container) != "process"


VOCABULARY = Vocabulary(
    title="jBPM, Drools and Kogito",
    prefix="drools",
    uris=("http://www.jboss.org/drools", "http://www.jboss.org/drools/flow"),
    entries=(
        refused("onEntry-script onExit-script", _CODE, when=has_text),
        harmless("onEntry-script onExit-script", "an empty script runs nothing"),
        refused("@adHoc", "starts elements without flows at any time", frozenset({"process"}), is_true),
        harmless("@adHoc", "`false`"),
        honoured("@taskName", "the topic of the worker that finishes the task", frozenset({"task"})),
        honoured("@taskName @ruleFlowGroup", "describe the work: the task is open until it is finished", FLOW_NODES),
        harmless("@priority", "`1`: flows are tried in the order of the file", _FLOW, is_one_of("1")),
        refused("@priority", "orders the flows of a gateway: they are tried in the order of the file", _FLOW),
        harmless("@priority", "the order of tasks in a list"),
        harmless(
            "@serviceimplementation @serviceinterface @serviceoperation",
            "describe the work: the task is open until a worker finishes it",
            frozenset({"serviceTask"}),
        ),
        harmless("@waitForCompletion", "`true`", _CALL, is_true),
        refused("@waitForCompletion", "goes on before the called process has ended", _CALL),
        harmless("@independent", "a called process ends with its caller", _CALL),
        refused("@scope", "ends the whole process: a terminate event ends only its subprocess", _TERMINATE, _ends_more),
        harmless("@scope", "ends the process or subprocess of the event", _TERMINATE),
        refused("@calledElementByName", "calls a process by its name: write its id as `calledElement`", _CALL),
        refused(
            "metaData",
            "`customAutoStart` starts an element that no flow leads to",
            None,
            _is_set("customAutoStart", "true"),
        ),
        refused(
            "metaData",
            "`customActivationCondition` starts an element by a condition",
            None,
            _is_set("customActivationCondition"),
        ),
        refused(
            "metaData",
            "`customScope` keeps the signal in its process instance, or sends it to other servers",
            None,
            _is_thrown_elsewhere,
        ),
        harmless("metaData metadata", "notes, asynchronous jobs and deadlines without a timer"),
        harmless("import global", "types and names of scripts"),
        harmless("ProcessAnalysisData", "results of simulations"),
        harmless("@type", "describes an association", frozenset({"association"})),
        harmless("@packageName @version @dtype @scriptFormat", "types and versions"),
        harmless("@msgref @esccode @erefname @dg @boundaryca @actrefname @mitask", "repeats what BPMN itself says"),
        harmless("@selectable @bgcolor @bordercolor @fontcolor @fontsize @dockerinfo", "colours and sizes of modelers"),
    ),
)
