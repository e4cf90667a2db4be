"""Names of extensions from descriptions that no npm package has, by the element that they stand on.

Attributes begin with ``@``. The names of elements that are always part of another one are left out.
"""

# flowable-bpmn-extensions.xsd and BpmnXMLConstants of flowable-bpmn-converter 6.8.1 (Maven Central).
FLOWABLE = {
    "process": "@history @candidateStarterUsers @candidateStarterGroups @isEagerExecutionFetching potentialStarter "
    "executionListener eventListener",
    "startEvent": "@initiator @formKey @formFieldValidation @formHandlerClass @sameDeployment formProperty eventType "
    "eventOutParameter eventCorrelationParameter startEventCorrelationConfiguration executionListener",
    "userTask": "@formKey @formFieldValidation @formHandlerClass @assignee @owner @dueDate @businessCalendarName "
    "@candidateUsers @candidateGroups @category @priority @skipExpression @taskIdVariableName "
    "@taskCompleterVariableName @sameDeployment @async @asyncLeave @exclusive @asyncLeaveExclusive formProperty "
    "taskListener executionListener customResource",
    "serviceTask": "@extensionId @class @type @expression @delegateExpression @resultVariable @resultVariableName "
    "@skipExpression @triggerable @topic @parallelInSameTransaction @useLocalScopeForResultVariable "
    "@storeResultVariableAsTransient @caseDefinitionKey @caseInstanceName @businessKey @inheritBusinessKey "
    "@sameDeployment @fallbackToDefaultTenant @idVariableName field mapException httpRequestHandler "
    "httpResponseHandler eventType triggerEventType sendSynchronously eventInParameter eventOutParameter "
    "eventCorrelationParameter triggerEventCorrelationParameter failedJobRetryTimeCycle",
    "sendTask": "@type @class field",
    "businessRuleTask": "@ruleVariablesInput @resultVariable @rules @exclude @class",
    "scriptTask": "@resultVariable @skipExpression @autoStoreVariables",
    "receiveTask": "eventType @skipExpression",
    "callActivity": "@calledElementType @calledElementBinding @fallbackToDefaultTenant @sameDeployment @businessKey "
    "@inheritBusinessKey @inheritVariables @processInstanceName @useLocalScopeForOutParameters @completeAsync "
    "@idVariableName in out",
    "sequenceFlow": "@skipExpression executionListener",
    "multiInstanceLoopCharacteristics": "@collection @elementVariable @elementIndexVariable @noWaitStatesAsyncLeave "
    "collection variableAggregation",
    "messageEventDefinition": "@messageExpression",
    "signalEventDefinition": "@signalExpression @async",
    "errorEventDefinition": "@errorVariableName @errorVariableTransient @errorVariableLocalScope",
    "timerEventDefinition": "@businessCalendarName",
    "timeCycle": "@endDate",
    "terminateEventDefinition": "@terminateAll @terminateMultiInstance",
    "conditionalEventDefinition": "@variableName @variableChangeType",
    "boundaryEvent": "variableListenerEventDefinition eventType",
    "signal": "@scope",
    "dataObject": "value",
}
# activiti-bpmn-extensions-5.18.xsd of activiti-bpmn-converter 5.23.0 (Maven Central).
ACTIVITI = {
    "process": "@history @candidateStarterUsers @candidateStarterGroups potentialStarter executionListener "
    "eventListener",
    "startEvent": "@initiator @formKey @formHandlerClass formProperty",
    "userTask": "@formKey @formHandlerClass @assignee @dueDate @businessCalendarName @candidateUsers "
    "@candidateGroups @priority @async @exclusive formProperty taskListener executionListener",
    "serviceTask": "@extensionId @class @type @resultVariable @expression @delegateExpression field",
    "callActivity": "in out",
    "multiInstanceLoopCharacteristics": "@collection @elementVariable @elementIndexVariable",
    "timerEventDefinition": "@businessCalendarName",
    "timeCycle": "@endDate",
}
# BpmnModelConstants of operaton-bpmn-model 1.0.3 (Maven Central): what camunda-bpmn-moddle does not have.
OPERATON = {
    "businessRuleTask": "@decisionRef @decisionRefBinding @decisionRefVersion @decisionRefVersionTag "
    "@decisionRefTenantId @mapDecisionResult",
    "userTask": "@formRef @formRefBinding @formRefVersion formData formProperty",
    "callActivity": "@calledElementVersionTag @calledElementTenantId @caseRef",
    "process": "@historyTimeToLive @isStartableInTasklist @versionTag",
}
# spiffworkflow.xsd of SpiffWorkflow 3.2.0, and the reference of names in the documentation of Spiff Arena.
SPIFFWORKFLOW = {
    "userTask": "preScript postScript instructionsForEndUser properties variableName taskMetadataValues allowGuest "
    "guestConfirmation processModelToStartOnTaskAvailable",
    "serviceTask": "serviceTaskOperator",
    "scriptTask": "unitTests preScript postScript",
    "businessRuleTask": "calledDecisionId",
    "message": "messagePayload messageVariable processVariableCorrelation @jsonSchemaId",
    "messageEventDefinition": "messagePayload messageVariable processVariableCorrelation",
    "signal": "payloadExpression variableName",
    "intermediateCatchEvent": "signalButtonLabel @isMatchingCorrelation",
    "multiInstanceLoopCharacteristics": "@scriptsOnInstances",
    "subProcess": "@isOutputSynced",
    "dataObject": "category",
}
NAMES = {
    "http://flowable.org/bpmn": FLOWABLE,
    "http://activiti.org/bpmn": ACTIVITI,
    "http://operaton.org/schema/1.0/bpmn": OPERATON,
    "http://spiffworkflow.org/bpmn/schema/1.0/core": SPIFFWORKFLOW,
}
