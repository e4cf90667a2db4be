"""The extensions of Camunda 7 and Operaton (camunda-bpmn-moddle), which Flowable and Activiti share in large part."""

from bpmn_events.adapters.hosts.embedded.parsing.catalogue.conditions import (
    asks_worker,
    belongs_to_catch_event,
    ignores_mappings,
    ignores_outputs,
    runs_nothing,
    throws_signal,
)
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.entries import (
    Entries,
    Vocabulary,
    harmless,
    honoured,
    refused,
    refused_by_reader,
)
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.hosts import (
    EXPRESSIONS,
    FLOW_NODES,
    NOT_EXECUTED,
    THROW_EVENTS,
    WORKER_TASKS,
)
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.properties import PROPERTIES

CODE = "runs code of another engine: it is not run"
ERRORS = "throws errors in another engine's way: it is not run"
JOBS = "asynchronous continuation and retries of jobs: each step is one transaction"
PEOPLE = "people and deadlines of tasks: a client shows them"
FORMS = "forms: a client shows its own"
MODELER = "settings of modelers"
ADMINISTRATION = "versions, tenants, history and task lists of the other engine"
WORK = "describes the work: the task is open until a worker finishes it"

_LISTENED = FLOW_NODES | {"process", "sequenceFlow"}
# The tasks that users and workers finish.
_FINISHED = frozenset({"task", "userTask", "manualTask", "serviceTask", "businessRuleTask", "sendTask"})
_CALL = frozenset({"callActivity"})
_LOOP = frozenset({"multiInstanceLoopCharacteristics"})


LISTENERS: Entries = (
    harmless("executionListener taskListener", "an empty listener runs nothing", when=runs_nothing),
    refused("executionListener", CODE, _LISTENED),
    refused("taskListener", CODE, FLOW_NODES),
    refused("errorEventDefinition", ERRORS, FLOW_NODES),
)
# What the engines of the Camunda 7 family share.
FAMILY: Entries = (
    *LISTENERS,
    honoured("in", "what a called process gets, and the payload of a thrown signal", _CALL),
    honoured("in", "the payload of a thrown signal", frozenset({"signalEventDefinition"}), throws_signal),
    honoured("out", "what a called process returns", _CALL),
    refused(
        "inputOutput",
        "is not applied at an event of this kind: map the values before it",
        THROW_EVENTS | {"intermediateCatchEvent"},
        ignores_mappings,
    ),
    honoured("inputOutput", "input and output mappings", FLOW_NODES),
    harmless("inputOutput", "the element is not executed", NOT_EXECUTED),
    honoured("properties", "see below"),
    honoured("@topic", "the topic for workers", WORKER_TASKS),
    honoured("@class @expression @delegateExpression @type", WORK, WORKER_TASKS),
    honoured("field connector", WORK, WORKER_TASKS),
    honoured(
        "@decisionRef @decisionRefBinding @decisionRefVersion @decisionRefVersionTag @decisionRefTenantId "
        "@mapDecisionResult",
        WORK,
        frozenset({"businessRuleTask"}),
    ),
    honoured("@resultVariable", "the variable that gets the whole result", _FINISHED | {"scriptTask"}),
    honoured("@resultVariable", "the variable that gets the result of a worker", THROW_EVENTS, asks_worker),
    refused(
        "@resultVariable",
        "is not supported at an event: the result of its worker becomes variables",
        frozenset({"messageEventDefinition"}),
    ),
    honoured(
        "@initiator",
        "the variable that gets the subject of the caller who starts the process",
        frozenset({"startEvent"}),
    ),
    honoured("@collection @elementVariable", "the items of the occurrences", _LOOP),
    honoured(
        "@errorCodeVariable @errorMessageVariable",
        "variables for the code and message of a caught error",
        frozenset({"errorEventDefinition"}),
        belongs_to_catch_event,
    ),
    honoured("@errorMessage", "the message of a thrown error", frozenset({"error"})),
    honoured(
        "@escalationCodeVariable",
        "the variable for the code of a caught escalation",
        frozenset({"escalationEventDefinition"}),
        belongs_to_catch_event,
    ),
    honoured("@calledElementBinding", "`latest`; other bindings are refused", _CALL),
    harmless(
        "@calledElementVersion @calledElementVersionTag @calledElementTenantId @caseBinding @caseVersion @caseTenantId",
        "used with a binding or call that is refused",
        _CALL,
    ),
    refused("@caseRef", "calls a case: only processes can be called", _CALL),
    refused_by_reader("@variableMappingClass @variableMappingDelegateExpression", CODE, _CALL),
    refused_by_reader("@resource", "refers to another file", EXPRESSIONS | {"scriptTask"}),
    refused_by_reader(
        "@variableName @variableEvents",
        "limits when a condition is evaluated",
        frozenset({"conditionalEventDefinition"}),
    ),
    refused("@formHandlerClass", CODE, frozenset({"startEvent", "userTask"})),
    harmless("@async @asyncBefore @asyncAfter @exclusive @jobPriority @taskPriority failedJobRetryTimeCycle", JOBS),
    harmless(
        "@assignee @candidateUsers @candidateGroups @dueDate @followUpDate @priority @candidateStarterUsers "
        "@candidateStarterGroups potentialStarter",
        PEOPLE,
    ),
    harmless("@formKey @formRef @formRefBinding @formRefVersion formData formProperty", FORMS),
    harmless("@historyTimeToLive @versionTag @isStartableInTasklist", ADMINISTRATION),
    harmless("@modelerTemplate @modelerTemplateVersion @modelerTemplateIcon @diagramRelationId", MODELER),
)
FAMILY_CONTENTS: dict[str, Entries] = {
    "in": (
        honoured("@source @sourceExpression @target @variables", "the value and the variable that gets it"),
        honoured("@local", "limits the mapping to local variables"),
        harmless("@businessKey", "all instances of an execution share its correlation"),
    ),
    "out": (
        honoured("@source @sourceExpression @target @variables", "the value and the variable that gets it"),
        honoured("@local", "limits the mapping to local variables"),
        harmless("@businessKey", "all instances of an execution share its correlation"),
    ),
    "inputOutput": (
        honoured("inputParameter", "sets a local variable before the activity begins"),
        refused("outputParameter", "is not applied at a thrown message or signal", when=ignores_outputs),
        honoured("outputParameter", "sets a variable after the activity"),
        harmless("inputOutput connectorId", "belong to a connector"),
    ),
    "inputParameter": (
        honoured("@name list map", "the variable and its value"),
        refused_by_reader("script value", "computes a value in another language"),
    ),
    "outputParameter": (
        honoured("@name list map", "the variable and its value"),
        refused_by_reader("script value", "computes a value in another language"),
    ),
    "list": (
        honoured("value list map", "the items"),
        refused_by_reader("script", "computes a value"),
        harmless("@id @name", "names of values"),
    ),
    "map": (honoured("entry", "the members"),),
    "entry": (honoured("@key list map value", "a member"), refused_by_reader("script", "computes a value")),
    "value": (harmless("@id @name", "names of values"),),
    "properties": PROPERTIES,
    "property": (harmless("@id @name @value", "the name and the value"),),
    "field": (harmless("@name @stringValue @expression string expression", WORK),),
    "connector": (harmless("connectorId inputOutput", WORK),),
}

VOCABULARY = Vocabulary(
    title="Camunda 7 and Operaton",
    prefix="camunda",
    uris=("http://camunda.org/schema/1.0/bpmn", "http://operaton.org/schema/1.0/bpmn"),
    entries=FAMILY,
    contents=FAMILY_CONTENTS,
)
