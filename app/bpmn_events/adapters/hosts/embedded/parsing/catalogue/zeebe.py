"""The extensions of Camunda 8 (zeebe-bpmn-moddle)."""

from bpmn_events.adapters.hosts.embedded.parsing.catalogue.camunda import (
    ADMINISTRATION,
    CODE,
    FORMS,
    JOBS,
    MODELER,
    PEOPLE,
    WORK,
)
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.conditions import (
    has_children,
    has_no_children,
    ignores_mappings,
    ignores_outputs,
)
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.entries import (
    Vocabulary,
    harmless,
    honoured,
    refused,
    refused_by_reader,
)
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.hosts import FLOW_NODES, NOT_EXECUTED, THROW_EVENTS
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.properties import PROPERTIES

_LISTENED = FLOW_NODES | {"process", "sequenceFlow"}
# The elements of jobs. An event and its definition both may have the type of the job.
_JOBS = THROW_EVENTS | {"serviceTask", "businessRuleTask", "scriptTask", "sendTask", "messageEventDefinition"}
_AD_HOC = frozenset({"adHocSubProcess"})

VOCABULARY = Vocabulary(
    title="Camunda 8",
    prefix="zeebe",
    uris=("http://camunda.org/schema/zeebe/1.0",),
    entries=(
        honoured("taskDefinition", "the topic for workers; refused on a script task", _JOBS),
        refused_by_reader("taskDefinition adHoc", "belong to an ad-hoc subprocess", _AD_HOC),
        refused(
            "ioMapping",
            "is not applied at an event of this kind: map the values before it",
            THROW_EVENTS | {"intermediateCatchEvent"},
            ignores_mappings,
        ),
        honoured("ioMapping", "input and output mappings", FLOW_NODES),
        harmless("ioMapping", "the element is not executed", NOT_EXECUTED),
        refused("input output", "is not applied outside of `ioMapping`", FLOW_NODES | NOT_EXECUTED),
        honoured("subscription", "a correlation key", frozenset({"message"})),
        honoured(
            "loopCharacteristics",
            "items and outputs of the occurrences",
            frozenset({"multiInstanceLoopCharacteristics"}),
        ),
        honoured("calledElement", "the called process", frozenset({"callActivity"})),
        honoured("calledDecision", WORK, frozenset({"businessRuleTask"})),
        honoured("script", "assigns the value to the variable", frozenset({"scriptTask"})),
        honoured("properties", "see below"),
        refused("executionListeners", CODE, _LISTENED, has_children),
        refused("taskListeners", CODE, FLOW_NODES, has_children),
        harmless("executionListeners taskListeners", "an empty list runs nothing", when=has_no_children),
        refused_by_reader(
            "conditionalFilter", "limits when a condition is evaluated", frozenset({"conditionalEventDefinition"})
        ),
        harmless("taskHeaders linkedResources linkedResource agentDefinition", WORK),
        harmless("jobPriorityDefinition @retryCounter", JOBS),
        harmless("assignmentDefinition priorityDefinition taskSchedule", PEOPLE),
        harmless("userTask userTaskForm formDefinition", FORMS),
        harmless("versionTag", ADMINISTRATION),
        harmless("@modelerTemplate @modelerTemplateVersion @modelerTemplateIcon", MODELER),
    ),
    contents={
        "taskDefinition": (honoured("@type", "the topic for workers"), harmless("@retries", JOBS)),
        "ioMapping": (
            honoured("input", "sets a local variable before the activity begins"),
            refused("output", "is not applied at a thrown message or signal", when=ignores_outputs),
            honoured("output", "sets a variable after the activity"),
            harmless("ioMapping", "an error of some modelers"),
        ),
        "input": (
            honoured("@source @target", "the value and the variable"),
            harmless("@modelerConfigurationTemplate @modelerConfigurationName", MODELER),
        ),
        "output": (honoured("@source @target", "the value and the variable"),),
        "subscription": (honoured("@correlationKey", "the value of the key"),),
        "loopCharacteristics": (
            honoured("@inputCollection @inputElement @outputCollection @outputElement", "items and outputs"),
        ),
        "calledElement": (
            honoured("@processId @processIdExpression", "the key of the called process"),
            honoured("@propagateAllChildVariables @propagateAllParentVariables", "`false`: mapped variables only"),
            honoured("@bindingType", "`latest`; other bindings are refused"),
            harmless("@versionTag", "used with a binding that is refused"),
            harmless("@businessId", "all instances of an execution share its correlation"),
        ),
        "calledDecision": (
            honoured("@resultVariable", "the variable that gets the whole result"),
            harmless("@decisionId @bindingType @versionTag", WORK),
        ),
        "script": (honoured("@expression @resultVariable", "the value and the variable"),),
        "properties": PROPERTIES,
        "property": (
            harmless("@name @value", "the name and the value"),
            harmless("@modelerConfigurationTemplate @modelerConfigurationName", MODELER),
        ),
    },
)
