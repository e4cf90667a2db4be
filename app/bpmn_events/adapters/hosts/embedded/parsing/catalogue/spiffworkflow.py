"""The extensions of SpiffWorkflow (spiffworkflow.xsd, and the descriptor of bpmn-js-spiffworkflow)."""

from bpmn_events.adapters.hosts.embedded.parsing.catalogue.conditions import has_text
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.entries import Vocabulary, harmless, honoured, refused
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.hosts import EVENT_DEFINITIONS, EVENTS

_FORMS = "forms and instructions: a client shows its own"
_WORK = "describes the work: the task is open until a worker finishes it"
_NAMED = EVENT_DEFINITIONS | EVENTS | {"message", "signal", "error", "escalation", "sendTask", "receiveTask"}

VOCABULARY = Vocabulary(
    title="SpiffWorkflow",
    prefix="spiffworkflow",
    uris=("http://spiffworkflow.org/bpmn/schema/1.0/core", "http://sartography/spiffworkflow"),
    entries=(
        refused("preScript postScript", "runs code of another engine: it is not run", when=has_text),
        refused(
            "messagePayload payloadExpression",
            "computes a payload in Python: write it as `<events:payload>`",
            when=has_text,
        ),
        refused(
            "messageVariable", "names a variable for the payload: write it as `<events:payloadVariable>`", when=has_text
        ),
        refused(
            "variableName", "names a variable for the payload: write it as `<events:payloadVariable>`", _NAMED, has_text
        ),
        refused("variableName", "names a variable for the result, which becomes variables itself", None, has_text),
        refused("processVariableCorrelation", "restricts who gets the message: declare a correlation key"),
        refused("processModelToStartOnTaskAvailable", "starts another process: draw a thrown message", None, has_text),
        refused("@jsonSchemaId", "refers to a schema of another server: write it as `<events:payloadSchema>`"),
        harmless(
            "preScript postScript messagePayload payloadExpression messageVariable variableName "
            "processModelToStartOnTaskAvailable",
            "an empty element says nothing",
        ),
        honoured("serviceTaskOperator", _WORK, frozenset({"serviceTask"})),
        harmless("calledDecisionId", _WORK, frozenset({"businessRuleTask"})),
        harmless("instructionsForEndUser properties allowGuest guestConfirmation signalButtonLabel", _FORMS),
        harmless("@isMatchingCorrelation @isOutputSynced", "settings of modelers"),
        harmless("unitTests", "tests of scripts"),
        harmless("category taskMetadataValues", "notes"),
        harmless(
            "@scriptsOnInstances",
            "used with scripts, which are refused",
            frozenset({"standardLoopCharacteristics", "multiInstanceLoopCharacteristics"}),
        ),
    ),
    contents={
        "serviceTaskOperator": (
            honoured("@resultVariable", "the variable that gets the whole result"),
            harmless("@id parameters parameterList retry", _WORK),
        ),
    },
)
