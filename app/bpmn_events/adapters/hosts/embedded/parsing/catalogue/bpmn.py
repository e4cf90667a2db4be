"""The elements and attributes of BPMN 2.0.2 itself."""

from bpmn_events.adapters.hosts.embedded.parsing.catalogue.conditions import is_not_true, is_true
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.entries import (
    Vocabulary,
    harmless,
    honoured,
    refused,
    refused_by_reader,
)
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.hosts import (
    ACTIVITIES,
    CATCH_EVENTS,
    CHOREOGRAPHY_NODES,
    COLLABORATIONS,
    CONVERSATION_NODES,
    DATA,
    EVENT_DEFINITIONS,
    EVENTS,
    EXPRESSIONS,
    FLOW_NODES,
    GATEWAYS,
    GLOBAL_TASKS,
    RESOURCE_ROLES,
    SUBPROCESSES,
    THROW_EVENTS,
)
from bpmn_events.adapters.hosts.embedded.parsing.document import BPMN as NAMESPACE

_DEFINITIONS = frozenset({"definitions"})
_CONTAINERS = SUBPROCESSES | {"process", "choreography", "globalChoreographyTask", "subChoreography"}
_THROWING = THROW_EVENTS | {"implicitThrowEvent", "event"}
_ALL_EVENTS = EVENTS | _THROWING
_FLOW_ELEMENTS = FLOW_NODES | CHOREOGRAPHY_NODES | DATA | _ALL_EVENTS | {"sequenceFlow"}
_WITH_DATA = ACTIVITIES | GLOBAL_TASKS | {"process"}
_ASSOCIATIONS = frozenset({"dataInputAssociation", "dataOutputAssociation"})
_LOOP = frozenset({"multiInstanceLoopCharacteristics"})
_TRANSACTION = frozenset({"transaction"})
_CORRELATION = COLLABORATIONS | CONVERSATION_NODES | CHOREOGRAPHY_NODES
_REFERENCES = frozenset({"association", "conversationLink", "messageFlow"})

_PEOPLE = "people: permissions and lanes of the token decide who may do what"
_SERVICES = "interfaces of services: the engine calls none"
_TYPES = "types of data: JSON Schemas check payloads"
_DESCRIPTION = "describes the collaboration of processes, and is not executed"
_AD_HOC = "belongs to an ad-hoc subprocess or complex gateway"


def _names(elements: frozenset[str]) -> str:
    return " ".join(sorted(elements))


_RUN = (
    honoured("process", "runs, unless `isExecutable` is `false`", _DEFINITIONS),
    honoured("@isExecutable", "with `false`, the process is not deployed", frozenset({"process"})),
    honoured(_names(FLOW_NODES - {"adHocSubProcess", "complexGateway"}), "run", _CONTAINERS),
    honoured("sequenceFlow @sourceRef @targetRef", "lead tokens", _CONTAINERS | {"sequenceFlow"}),
    honoured("conditionExpression", "decides about a flow", frozenset({"sequenceFlow"})),
    honoured("@default", "the flow that is taken if no other is", ACTIVITIES | GATEWAYS),
    honoured("@attachedToRef @cancelActivity", "the activity of a boundary event", frozenset({"boundaryEvent"})),
    honoured("@isInterrupting", "interrupts the scope of an event subprocess", frozenset({"startEvent"})),
    refused("@triggeredByEvent", "is not supported: a transaction is no event subprocess", _TRANSACTION, is_true),
    honoured("@triggeredByEvent", "makes an event subprocess", SUBPROCESSES),
    honoured("@calledElement", "the key of the called process", frozenset({"callActivity"})),
    honoured("@instantiate", "begins a process", frozenset({"eventBasedGateway", "receiveTask"})),
    honoured("@eventGatewayType", "`Exclusive`; `Parallel` is refused", frozenset({"eventBasedGateway"})),
    honoured("script", "assignments that a script task runs", frozenset({"scriptTask"})),
    honoured("@messageRef", "the message of a task", frozenset({"sendTask", "receiveTask"})),
    honoured("@isForCompensation", "makes a handler of compensation", ACTIVITIES),
    honoured("@method", "`##Compensate`; other methods are refused", _TRANSACTION),
)
_EVENT_ENTRIES = (
    honoured(_names(EVENT_DEFINITIONS), "define an event", _ALL_EVENTS),
    harmless(_names(EVENT_DEFINITIONS), "shared definitions: an event that refers to one is refused", _DEFINITIONS),
    refused_by_reader("eventDefinitionRef", "refers to a shared definition", _ALL_EVENTS),
    honoured("message signal error escalation", "name what events throw and catch", _DEFINITIONS),
    honoured("@messageRef", "the message of an event", frozenset({"messageEventDefinition"})),
    honoured("@signalRef", "the signal of an event", frozenset({"signalEventDefinition"})),
    honoured("@errorRef", "the error of an event", frozenset({"errorEventDefinition"})),
    honoured("@escalationRef", "the escalation of an event", frozenset({"escalationEventDefinition"})),
    honoured("@errorCode", "the code of an error", frozenset({"error"})),
    honoured("@escalationCode", "the code of an escalation", frozenset({"escalation"})),
    honoured("timeDate timeDuration timeCycle", "the time of a timer", frozenset({"timerEventDefinition"})),
    honoured("condition", "the condition of an event", frozenset({"conditionalEventDefinition"})),
    honoured("@activityRef @waitForCompletion", "what is compensated", frozenset({"compensateEventDefinition"})),
    harmless("source target", "links are matched by their names", frozenset({"linkEventDefinition"})),
    harmless("operationRef", _SERVICES, frozenset({"messageEventDefinition"})),
    harmless("@parallelMultiple", "an event has one definition", CATCH_EVENTS),
)
_LOOPS = (
    honoured("standardLoopCharacteristics multiInstanceLoopCharacteristics", "repeat an activity", ACTIVITIES),
    honoured("@testBefore @loopMaximum loopCondition", "the loop", frozenset({"standardLoopCharacteristics"})),
    honoured(
        "@isSequential loopCardinality completionCondition loopDataInputRef loopDataOutputRef inputDataItem "
        "outputDataItem",
        "the occurrences, their items and their outputs",
        _LOOP,
    ),
    honoured("@behavior", "`All`; other values are refused", _LOOP),
    harmless("@oneBehaviorEventRef @noneBehaviorEventRef", "used with another `behavior` only", _LOOP),
    refused_by_reader("complexBehaviorDefinition", "throws events when occurrences complete", _LOOP),
    refused_by_reader("condition event", "belong to it", frozenset({"complexBehaviorDefinition"})),
    honoured("@startQuantity @completionQuantity", "`1`; other values are refused", ACTIVITIES),
)
_DATA_ENTRIES = (
    honoured("ioSpecification", "names of variables", _WITH_DATA),
    honoured("dataInputAssociation", "copies values", ACTIVITIES | _THROWING),
    honoured("dataOutputAssociation", "copies values", ACTIVITIES | CATCH_EVENTS),
    honoured("dataInput", "names a variable", _THROWING | {"ioSpecification"}),
    honoured("dataOutput", "names a variable", CATCH_EVENTS | {"ioSpecification"}),
    honoured("sourceRef targetRef assignment transformation", "what is copied", _ASSOCIATIONS),
    honoured("from to", "what is copied", frozenset({"assignment"})),
    honoured("dataObject dataObjectReference", "name variables", _CONTAINERS),
    honoured("property", "names a variable", ACTIVITIES | _ALL_EVENTS | {"process"}),
    honoured("@dataObjectRef", "names a variable", frozenset({"dataObjectReference"})),
    harmless("dataStoreReference", "data outside of the process", _CONTAINERS),
    harmless("dataStore", "data outside of the process", _DEFINITIONS),
    harmless("@dataStoreRef @capacity @isUnlimited", "data outside of the process", DATA),
    harmless("inputSet outputSet", "a missing value stops nothing", _ALL_EVENTS | {"ioSpecification"}),
    harmless(
        "dataInputRefs optionalInputRefs whileExecutingInputRefs outputSetRefs dataOutputRefs optionalOutputRefs "
        "whileExecutingOutputRefs inputSetRefs",
        "a missing value stops nothing",
        frozenset({"inputSet", "outputSet"}),
    ),
    harmless("ioBinding supportedInterfaceRef", _SERVICES, GLOBAL_TASKS | {"process"}),
    harmless("@inputDataRef @outputDataRef @operationRef", _SERVICES, frozenset({"ioBinding"})),
    harmless("itemDefinition", _TYPES, _DEFINITIONS),
    harmless("@itemSubjectRef @isCollection dataState", _TYPES, DATA),
    harmless("@itemKind @structureRef @isCollection", _TYPES, frozenset({"itemDefinition"})),
    harmless("@structureRef", _TYPES, frozenset({"error", "escalation", "signal"})),
    harmless("@itemRef", _TYPES, frozenset({"message"})),
)
_CORRELATION_ENTRIES = (
    honoured("correlationKey", "a key that messages are matched by", _CORRELATION),
    honoured("correlationProperty", "a part of a key", _DEFINITIONS),
    honoured("correlationPropertyRef", "a part of a key", frozenset({"correlationKey"})),
    honoured("correlationPropertyRetrievalExpression", "a value of a message", frozenset({"correlationProperty"})),
    honoured("messagePath @messageRef", "a value of a message", frozenset({"correlationPropertyRetrievalExpression"})),
    honoured("correlationSubscription", "the keys of a process", frozenset({"process"})),
    honoured("correlationPropertyBinding @correlationKeyRef", "its values", frozenset({"correlationSubscription"})),
    honoured("dataPath @correlationPropertyRef", "its values", frozenset({"correlationPropertyBinding"})),
    harmless("@type", _TYPES, frozenset({"correlationProperty", "resourceParameter"})),
)
_EXPRESSION_ENTRIES = (
    honoured("@language", "FEEL or JUEL; other languages are refused", EXPRESSIONS),
    harmless("@evaluatesToTypeRef", _TYPES, EXPRESSIONS),
    harmless(
        "@expressionLanguage",
        "an expression without a `language` is read in the language of this engine, or refused",
        _DEFINITIONS,
    ),
    harmless("@scriptFormat", "a script is read as assignments, or refused", frozenset({"scriptTask"})),
)
_LANES = (
    honoured("laneSet", "the lanes of elements", SUBPROCESSES | {"process"}),
    honoured("lane", "the lane of elements", frozenset({"laneSet", "childLaneSet"})),
    honoured("flowNodeRef childLaneSet", "the lane of elements", frozenset({"lane"})),
    harmless("@partitionElementRef partitionElement", "describes a lane", frozenset({"lane"})),
    harmless(_names(RESOURCE_ROLES), _PEOPLE, ACTIVITIES | GLOBAL_TASKS | {"process"}),
    harmless("resourceRef resourceParameterBinding resourceAssignmentExpression", _PEOPLE, RESOURCE_ROLES),
    harmless(
        "expression formalExpression @parameterRef",
        _PEOPLE,
        frozenset({"resourceAssignmentExpression", "resourceParameterBinding"}),
    ),
    harmless("resource", _PEOPLE, _DEFINITIONS),
    harmless("resourceParameter @isRequired", _PEOPLE, frozenset({"resource", "resourceParameter"})),
    harmless("rendering", "forms: a client shows its own", frozenset({"userTask", "globalUserTask"})),
)
_DESCRIPTIONS = (
    honoured("@id", "identifies an element"),
    honoured("@name", "a name to show; of a message, signal or link, the name that it is matched by"),
    harmless("documentation extensionElements", "describe an element"),
    harmless("@textFormat text", "describe an element", frozenset({"documentation", "textAnnotation"})),
    honoured("association", "connects handlers of compensation", _CONTAINERS | COLLABORATIONS),
    harmless("group textAnnotation", "describe elements", _CONTAINERS | COLLABORATIONS),
    harmless("@associationDirection", "describes an association", frozenset({"association"})),
    harmless("@categoryValueRef", "groups elements", frozenset({"group"})),
    harmless("categoryValueRef", "groups elements", _FLOW_ELEMENTS),
    harmless("category", "groups elements", _DEFINITIONS),
    harmless("categoryValue @value", "groups elements", frozenset({"category", "categoryValue"})),
    harmless("auditing monitoring", "reserved by BPMN for other programs", _FLOW_ELEMENTS | {"process"}),
    harmless("incoming outgoing", "flows: `sourceRef` and `targetRef` count", _FLOW_ELEMENTS),
    harmless("@gatewayDirection", "describes a gateway: its flows count", GATEWAYS),
    harmless("@isImmediate", "each flow is taken immediately", frozenset({"sequenceFlow"})),
    harmless("@processType supports", "describe a process", frozenset({"process"})),
    harmless("@isClosed", "describes a process or collaboration", COLLABORATIONS | {"process"}),
    harmless("@definitionalCollaborationRef", "describes a process", frozenset({"process"})),
    harmless("@protocol", "describes a transaction", frozenset({"transaction"})),
    harmless(
        "@implementation @operationRef",
        _SERVICES,
        ACTIVITIES | GLOBAL_TASKS,
    ),
    harmless("@targetNamespace @typeLanguage @exporter @exporterVersion", "describe the file", _DEFINITIONS),
    harmless("import", "other files are not read", _DEFINITIONS),
    harmless("@importType @location @namespace", "other files are not read", frozenset({"import"})),
    harmless("relationship", "relates elements of several files", _DEFINITIONS),
    harmless("source target @type @direction", "relates elements of several files", frozenset({"relationship"})),
    harmless("extension", "declares extensions", _DEFINITIONS),
    harmless("@definition", "declares an extension", frozenset({"extension"})),
    harmless("@mustUnderstand", "declares an extension", frozenset({"extension"}), is_not_true),
    refused("@mustUnderstand", "demands an extension of BPMN that is not supported", frozenset({"extension"}), is_true),
)
_SERVICE_ENTRIES = (
    harmless("interface endPoint", _SERVICES, _DEFINITIONS),
    harmless("operation @implementationRef", _SERVICES, frozenset({"interface", "operation"})),
    harmless("inMessageRef outMessageRef errorRef", _SERVICES, frozenset({"operation"})),
)
_COLLABORATION_ENTRIES = (
    harmless(_names(COLLABORATIONS), _DESCRIPTION, _DEFINITIONS),
    harmless("partnerEntity partnerRole", _DESCRIPTION, _DEFINITIONS),
    harmless(
        "participant messageFlow messageFlowAssociation conversationAssociation conversationLink choreographyRef",
        _DESCRIPTION,
        COLLABORATIONS,
    ),
    harmless("participantAssociation", _DESCRIPTION, _CORRELATION),
    harmless("participantRef", _DESCRIPTION, _CORRELATION | {"partnerEntity", "partnerRole"}),
    harmless("messageFlowRef", _DESCRIPTION, CONVERSATION_NODES | CHOREOGRAPHY_NODES),
    harmless(_names(CONVERSATION_NODES), _DESCRIPTION, COLLABORATIONS | CONVERSATION_NODES),
    harmless("@processRef participantMultiplicity interfaceRef endPointRef", _DESCRIPTION, frozenset({"participant"})),
    harmless("@minimum @maximum", _DESCRIPTION, frozenset({"participantMultiplicity"})),
    harmless("@sourceRef @targetRef", _DESCRIPTION, _REFERENCES),
    harmless("@messageRef", _DESCRIPTION, frozenset({"messageFlow"})),
    harmless("innerParticipantRef outerParticipantRef", _DESCRIPTION, frozenset({"participantAssociation"})),
    harmless("@innerMessageFlowRef @outerMessageFlowRef", _DESCRIPTION, frozenset({"messageFlowAssociation"})),
    harmless(
        "@innerConversationNodeRef @outerConversationNodeRef", _DESCRIPTION, frozenset({"conversationAssociation"})
    ),
    harmless("@calledCollaborationRef", _DESCRIPTION, frozenset({"callConversation"})),
    harmless("@initiatingParticipantRef", _DESCRIPTION, CHOREOGRAPHY_NODES | {"globalChoreographyTask"}),
    harmless("@loopType @calledChoreographyRef", _DESCRIPTION, CHOREOGRAPHY_NODES),
)
_REFUSED = (
    refused_by_reader(_names(CHOREOGRAPHY_NODES), "choreographies are not supported", _CONTAINERS),
    refused_by_reader("adHocSubProcess complexGateway implicitThrowEvent", "not supported", _CONTAINERS),
    refused_by_reader("activationCondition", _AD_HOC, frozenset({"complexGateway"})),
    refused_by_reader(
        "completionCondition @ordering @cancelRemainingInstances", _AD_HOC, frozenset({"adHocSubProcess"})
    ),
    refused(_names(GLOBAL_TASKS), "is not supported: draw a process that contains the task", _DEFINITIONS),
    harmless("@scriptLanguage script", "belong to a global task", frozenset({"globalScriptTask"})),
)

VOCABULARY = Vocabulary(
    title="BPMN",
    prefix=None,
    uris=(NAMESPACE,),
    entries=(
        *_RUN,
        *_EVENT_ENTRIES,
        *_LOOPS,
        *_DATA_ENTRIES,
        *_CORRELATION_ENTRIES,
        *_EXPRESSION_ENTRIES,
        *_LANES,
        *_DESCRIPTIONS,
        *_SERVICE_ENTRIES,
        *_COLLABORATION_ENTRIES,
        *_REFUSED,
    ),
)
