"""The extensions of Flowable and Activiti (their XML schemas, and BpmnXMLConstants of flowable-bpmn-converter)."""

from bpmn_events.adapters.hosts.embedded.parsing.catalogue.camunda import (
    ADMINISTRATION,
    ERRORS,
    FAMILY,
    FAMILY_CONTENTS,
    FORMS,
    JOBS,
    MODELER,
    PEOPLE,
    WORK,
)
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.conditions import is_not_true, is_one_of, is_true
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.entries import (
    Entries,
    Vocabulary,
    harmless,
    honoured,
    refused,
)
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.hosts import (
    ACTIVITIES,
    EVENTS,
    FLOW_NODES,
    WORKER_TASKS,
)

_CALL = frozenset({"callActivity"})
_LOOP = frozenset({"multiInstanceLoopCharacteristics"})
_TIMERS = frozenset({"timerEventDefinition", "timeDate", "timeDuration", "timeCycle"})
_REGISTRY = "belongs to an event registry that this engine does not have"

_ENTRIES: Entries = (
    refused(
        "@skipExpression", "skips the element if its expression is true: draw a gateway", ACTIVITIES | {"sequenceFlow"}
    ),
    refused(
        "@correlationKey",
        "restricts who gets the message: declare a correlation key",
        frozenset({"messageEventDefinition"}),
    ),
    refused(
        "@messageExpression @signalExpression",
        "computes the name of the event: name a message or signal",
        frozenset({"messageEventDefinition", "signalEventDefinition"}),
    ),
    harmless("@scope", "`global`: a signal reaches all processes", frozenset({"signal"}), is_one_of("global")),
    refused("@scope", "keeps the signal in its process instance: signals reach all processes", frozenset({"signal"})),
    refused("eventListener", "throws events when the engine reports something: it does not", frozenset({"process"})),
    refused("mapException", ERRORS, ACTIVITIES),
    refused("@elementIndexVariable", "sets a variable that is not set here: `loopCounter` has the number", _LOOP),
    refused("collection", "computes the items by code of another engine", _LOOP),
    refused("variableAggregation", "collects values: declare `outputDataItem` and `loopDataOutputRef`", _LOOP),
    refused("@endDate", "ends the timer: write the end into the cycle, such as `R/PT1H/2026-12-31T00:00:00Z`", _TIMERS),
    refused("@businessCalendarName", "computes the time by a calendar that this engine does not have", _TIMERS),
    harmless("@businessCalendarName", PEOPLE, frozenset({"userTask"})),
    harmless("@calledElementType", "`key`", _CALL, is_one_of("key")),
    refused("@calledElementType", "calls a version by its id: calls run the latest version", _CALL),
    honoured("@inheritVariables", "`true`: the called process gets all variables", _CALL),
    harmless("@sameDeployment", "`false`", _CALL, is_not_true),
    refused("@sameDeployment", "calls the version of the same deployment: calls run the latest version", _CALL),
    refused("@idVariableName", "sets a variable to the id of the called instance: it is not set", _CALL | WORKER_TASKS),
    refused(
        "@useLocalScopeForOutParameters @useLocalScopeForResultVariable",
        "keeps variables local: they are set where they are visible",
        when=is_true,
    ),
    refused(
        "@storeResultVariableAsTransient @errorVariableTransient",
        "forgets the variable at the next wait state: it is kept",
        when=is_true,
    ),
    harmless(
        "@useLocalScopeForOutParameters @useLocalScopeForResultVariable @storeResultVariableAsTransient "
        "@errorVariableTransient",
        "`false`",
    ),
    refused(
        "@taskIdVariableName @taskCompleterVariableName",
        "sets a variable that is not set here",
        frozenset({"userTask"}),
    ),
    refused(
        "@errorVariableName",
        "sets a variable to the error: name one for its code or message",
        frozenset({"errorEventDefinition"}),
    ),
    harmless("@errorVariableLocalScope", "used with an attribute that is refused", frozenset({"errorEventDefinition"})),
    refused(
        "@terminateAll @terminateMultiInstance",
        "ends more than the scope of the event",
        frozenset({"terminateEventDefinition"}),
        is_true,
    ),
    harmless("@terminateAll @terminateMultiInstance", "`false`", frozenset({"terminateEventDefinition"})),
    refused("variableListenerEventDefinition", "starts an event when a variable changes: use a condition", EVENTS),
    refused(
        "eventType triggerEventType eventInParameter eventOutParameter eventCorrelationParameter channelKey "
        "triggerChannelKey startEventCorrelationConfiguration",
        _REGISTRY,
        EVENTS | {"receiveTask", "process"},
    ),
    refused("value", "sets a variable when the process starts: set it in a script", frozenset({"dataObject"})),
    refused(
        "@variableName @variableChangeType @variableEvent",
        "limits when a condition is evaluated",
        frozenset({"conditionalEventDefinition"}),
    ),
    honoured("@resultVariableName", "the variable that gets the whole result", WORKER_TASKS),
    honoured("@triggerable", "a worker finishes the task", WORKER_TASKS),
    harmless(
        "@extensionId @parallelInSameTransaction @ruleVariablesInput @rules @exclude @caseDefinitionKey "
        "@caseInstanceName eventType triggerEventType eventInParameter eventOutParameter eventCorrelationParameter "
        "triggerEventCorrelationParameter sendSynchronously triggerChannelKey channelKey httpRequestHandler "
        "httpResponseHandler",
        WORK,
        WORKER_TASKS,
    ),
    harmless("@autoStoreVariables", "the variables that a script assigns are set", frozenset({"scriptTask"})),
    harmless("@asyncLeave @asyncLeaveExclusive @noWaitStatesAsyncLeave @completeAsync @isEagerExecutionFetching", JOBS),
    harmless("@owner @category customResource", PEOPLE),
    harmless("@formFieldValidation @validateFormFields", FORMS),
    harmless("@sameDeployment", FORMS, FLOW_NODES - _CALL),
    harmless(
        "@history @fallbackToDefaultTenant @processInstanceName @businessKey @inheritBusinessKey "
        "@localizedName localization",
        ADMINISTRATION,
    ),
    harmless("@sourceDockerX @sourceDockerY @targetDockerX @targetDockerY", MODELER),
)
_CONTENTS: dict[str, Entries] = {
    name: (
        *FAMILY_CONTENTS[name],
        refused("@targetExpression", "computes the name of a variable"),
        refused("@transient", "forgets the variable at the next wait state: it is kept", when=is_true),
        harmless("@transient", "`false`"),
        harmless("@sourceType @targetType", "types of values"),
    )
    for name in ("in", "out")
}

VOCABULARY = Vocabulary(
    title="Flowable and Activiti",
    prefix="flowable",
    uris=("http://flowable.org/bpmn", "http://activiti.org/bpmn"),
    entries=(*_ENTRIES, *FAMILY),
    contents={**FAMILY_CONTENTS, **_CONTENTS},
)
