"""What the namespaces of a file may say, and what happens to it: nothing is quietly ignored."""

import sys
from types import FrameType
from typing import Any

import pytest

from bpmn_events.adapters.hosts.embedded.engine import EmbeddedEngine
from bpmn_events.adapters.hosts.embedded.model.meaning import CURRENT, FIRST
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.checker import check
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.vocabularies import VOCABULARIES, find_on_bpmn
from bpmn_events.adapters.hosts.embedded.parsing.document import BPMN, MAX_ISSUES, BpmnDocument
from bpmn_events.adapters.hosts.embedded.parsing.parser import parse, parse_stored
from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.domain.errors import InvalidProcessModel, ModelIssue
from tests.unit.engine.vocabularies import NAMES

URIS = {each.prefix: each.uris[0] for each in VOCABULARIES if each.prefix} | {
    "activiti": "http://activiti.org/bpmn",
    "operaton": "http://operaton.org/schema/1.0/bpmn",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "color": "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
    "signavio": "http://www.signavio.com",
    "odd": "urn:odd",
}
START = '<startEvent id="S"/><sequenceFlow id="f" sourceRef="S" targetRef="A"/>'
TASK = '<userTask id="A"/>'


def file(process: str = START + TASK, root: str = "", attributes: str = "", more: str = "") -> str:
    """Return a file with a process ``main``."""
    namespaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in URIS.items())
    return (
        f'<definitions xmlns="{BPMN}" {namespaces} targetNamespace="t" {attributes}>\n{root}\n'
        f'<process id="main" isExecutable="true" {more}>\n{process}\n</process>\n</definitions>'
    )


def at(element: str, extension: str = "", attributes: str = "", content: str = "") -> str:
    """Return a file with an element of this kind after the start event, or inside of what it needs."""
    extensions = f"<extensionElements>{extension}</extensionElements>" if extension else ""
    xml = f'<{element} id="A" {attributes}>{extensions}{content}</{element}>'
    return file(START + xml)


def issues(xml: str) -> tuple[ModelIssue, ...]:
    with pytest.raises(InvalidProcessModel) as refusal:
        parse(xml)
    return refusal.value.issues


def warnings(xml: str) -> tuple[ModelIssue, ...]:
    return parse(xml)[1]


def flow(extension: str = "", attributes: str = "") -> str:
    return file(START.replace('targetRef="A"/>', f'targetRef="A" {attributes}>{extension}</sequenceFlow>') + TASK)


def catch(definition: str, root: str = '<message id="M" name="m"/>') -> str:
    return file(START + f'<intermediateCatchEvent id="A">{definition}</intermediateCatchEvent>', root)


def throw(definition: str, extension: str = "", root: str = '<signal id="G" name="g"/>') -> str:
    extensions = f"<extensionElements>{extension}</extensionElements>" if extension else ""
    return file(START + f'<endEvent id="A">{extensions}{definition}</endEvent>', root)


_LISTENER = '<camunda:executionListener class="x.Y" event="start"/>'
_LISTENER_ON_FLOW = f"<extensionElements>{_LISTENER}</extensionElements>"
_SPIFF_SCRIPTS = "<spiffworkflow:preScript>x = 1</spiffworkflow:preScript>"
_CATCH = '<messageEventDefinition messageRef="M" {}/>'
_LOOP = "<multiInstanceLoopCharacteristics {}><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
_TIMER = "<timerEventDefinition {}><timeDuration>PT1H</timeDuration></timerEventDefinition>"
_IN_LISTENERS = (
    '<zeebe:executionListeners><zeebe:executionListener eventType="start" type="t"/></zeebe:executionListeners>'
)
_META = '<drools:metaData name="{}"><drools:metaValue><![CDATA[{}]]></drools:metaValue></drools:metaData>'
_OUTPUTS = '<zeebe:ioMapping><zeebe:output source="= 1" target="x"/></zeebe:ioMapping>'
_PARAMETERS = '<camunda:inputOutput><camunda:{0} name="x">1</camunda:{0}></camunda:inputOutput>'
_SCHEMA = "<events:payloadSchema>{}</events:payloadSchema>"
_PROPERTY = '<camunda:properties><camunda:property name="{}" value="{}"/></camunda:properties>'

REFUSED = {
    # listeners and scripts, wherever they stand
    "listener on a node": (at("userTask", _LISTENER), "A", "`executionListener` runs code"),
    "listener on a flow": (flow(_LISTENER_ON_FLOW), "f", "`executionListener` runs code"),
    "listener on the process": (
        file(f"<extensionElements>{_LISTENER}</extensionElements>{START}{TASK}"),
        "main",
        "code",
    ),
    "listener on a gateway": (
        at("exclusiveGateway", _LISTENER.replace("camunda", "operaton"), content=""),
        "A",
        "runs code",
    ),
    "listener with a script": (
        at(
            "userTask",
            "<flowable:taskListener event='create'><flowable:script>x</flowable:script></flowable:taskListener>",
        ),
        "A",
        "`taskListener` runs code",
    ),
    "listeners of Camunda 8": (at("userTask", _IN_LISTENERS), "A", "`executionListeners` runs code"),
    "listeners of Camunda 8 on a flow": (
        flow(f"<extensionElements>{_IN_LISTENERS}</extensionElements>"),
        "f",
        "`executionListeners` runs code",
    ),
    "event listener": (
        file(
            "<extensionElements><activiti:eventListener events='TASK_CREATED' throwEvent='signal' signalName='g'/>"
            f"</extensionElements>{START}{TASK}"
        ),
        "main",
        "`eventListener` throws events",
    ),
    "script on entry": (
        at(
            "userTask",
            "<drools:onEntry-script scriptFormat='java'><drools:script>x();</drools:script></drools:onEntry-script>",
        ),
        "A",
        "`onEntry-script` runs code",
    ),
    "script before a task": (at("manualTask", _SPIFF_SCRIPTS), "A", "`preScript` runs code"),
    "script at an event": (
        throw('<signalEventDefinition signalRef="G"/>', _SPIFF_SCRIPTS.replace("preScript", "postScript")),
        "A",
        "`postScript` runs code",
    ),
    "form handler": (at("userTask", attributes='camunda:formHandlerClass="x.Y"'), "A", "`formHandlerClass` runs code"),
    # conditions and names
    "skipped task": (at("serviceTask", attributes='flowable:skipExpression="${x}"'), "A", "`skipExpression` skips"),
    "skipped flow": (flow(attributes='activiti:skipExpression="${x}"'), "f", "`skipExpression` skips"),
    "correlation key": (catch(_CATCH.format('activiti:correlationKey="${id}"')), "A", "`correlationKey` restricts"),
    "message expression": (
        catch(_CATCH.format('flowable:messageExpression="order-${id}"')),
        "A",
        "`messageExpression` computes the name",
    ),
    "signal expression": (
        throw('<signalEventDefinition signalRef="G" flowable:signalExpression="${x}"/>'),
        "A",
        "computes the name",
    ),
    "scope of a signal": (
        throw(
            '<signalEventDefinition signalRef="G"/>', root='<signal id="G" name="g" flowable:scope="processInstance"/>'
        ),
        "G",
        "`scope` keeps the signal",
    ),
    "scope of a thrown signal": (
        throw('<signalEventDefinition signalRef="G"/>', _META.format("customScope", "processInstance")),
        "A",
        "the metadata `customScope` keeps the signal",
    ),
    "end of a timer": (
        catch(
            "<timerEventDefinition><timeCycle flowable:endDate='2030-01-01'>R/PT1H</timeCycle></timerEventDefinition>"
        ),
        "A",
        "`endDate` ends the timer",
    ),
    "calendar of a timer": (catch(_TIMER.format('flowable:businessCalendarName="b"')), "A", "computes the time"),
    "order of flows": (flow(attributes='drools:priority="2"'), "f", "`priority` orders the flows"),
    "terminate the whole process": (
        file(
            '<startEvent id="S"/><sequenceFlow id="f" sourceRef="S" targetRef="P"/><subProcess id="P">'
            '<endEvent id="A"><terminateEventDefinition drools:scope="process"/></endEvent></subProcess>'
        ),
        "A",
        "`scope` ends the whole process",
    ),
    "terminate all": (throw('<terminateEventDefinition flowable:terminateAll="true"/>'), "A", "ends more than"),
    # variables
    "index of a loop": (
        at("userTask", content=_LOOP.format('flowable:elementIndexVariable="i"')),
        "A",
        "`elementIndexVariable`",
    ),
    "result of an event": (
        file(
            START + '<endEvent id="A"><messageEventDefinition camunda:type="external" camunda:topic="t" '
            'camunda:resultVariable="x"/></endEvent>'
        ),
        "A",
        "`resultVariable` is not supported at an event",
    ),
    "value of a data object": (
        file(
            '<dataObject id="D" name="d"><extensionElements><flowable:value>1</flowable:value></extensionElements>'
            f"</dataObject>{START}{TASK}"
        ),
        "D",
        "`value` sets a variable",
    ),
    "task id": (at("userTask", attributes='flowable:taskIdVariableName="x"'), "A", "sets a variable"),
    "local result": (
        at("serviceTask", attributes='flowable:useLocalScopeForResultVariable="true"'),
        "A",
        "keeps variables local",
    ),
    "Spiff's variable of a form": (
        at("userTask", "<spiffworkflow:variableName>x</spiffworkflow:variableName>"),
        "A",
        "`variableName` names",
    ),
    "mappings at a none end event": (throw("", _OUTPUTS), "A", "`ioMapping` is not applied"),
    "mappings at a link": (
        file(
            '<startEvent id="S"/><sequenceFlow id="f" sourceRef="S" targetRef="T"/>'
            '<intermediateThrowEvent id="T"><linkEventDefinition name="l"/></intermediateThrowEvent>'
            f'<intermediateCatchEvent id="A"><extensionElements>{_OUTPUTS}</extensionElements>'
            '<linkEventDefinition name="l"/></intermediateCatchEvent>'
        ),
        "A",
        "`ioMapping` is not applied",
    ),
    "outputs of a thrown signal": (
        throw('<signalEventDefinition signalRef="G"/>', _PARAMETERS.format("outputParameter")),
        "A",
        "`outputParameter` is not applied",
    ),
    # calls
    "call of a case": (
        at("callActivity", attributes='calledElement="p" camunda:caseRef="c"'),
        "A",
        "`caseRef` calls a case",
    ),
    "call by id": (
        at("callActivity", attributes='calledElement="p" flowable:calledElementType="id"'),
        "A",
        "calls a version",
    ),
    "call in the same deployment": (
        at("callActivity", attributes='calledElement="p" flowable:sameDeployment="true"'),
        "A",
        "`sameDeployment`",
    ),
    "call that does not wait": (
        at("callActivity", attributes='calledElement="p" drools:waitForCompletion="false"'),
        "A",
        "goes on before",
    ),
    "computed name of an output": (
        at("callActivity", "<flowable:out source='a' target='b' targetExpression='${c}'/>", 'calledElement="p"'),
        "A",
        "`targetExpression` computes",
    ),
    # tasks
    "ad-hoc process": (file(more='drools:adHoc="true"'), "main", "`adHoc` starts elements"),
    "automatic start": (at("userTask", _META.format("customAutoStart", "true")), "A", "`customAutoStart`"),
    "mapped exception": (
        at("serviceTask", "<activiti:mapException errorCode='e'>x.Y</activiti:mapException>"),
        "A",
        "throws errors",
    ),
    "mapped error": (
        at("serviceTask", "<operaton:errorEventDefinition errorRef='E' expression='${x}'/>"),
        "A",
        "throws errors",
    ),
    "event registry": (
        file(
            '<startEvent id="S"><extensionElements><flowable:eventType>order</flowable:eventType>'
            f"</extensionElements></startEvent>{START.partition('/>')[2]}{TASK}"
        ),
        "S",
        "event registry",
    ),
    # payloads
    "schema of a result": (at("userTask", _SCHEMA.format("{}")), "A", "`payloadSchema` has no meaning"),
    "property of a result": (
        at("userTask", _PROPERTY.format("payloadSchema", "{}")),
        "A",
        "the property `payloadSchema`",
    ),
    "payload of nothing": (throw("", "<events:payload>{a: 1}</events:payload>"), "A", "`payload` has no meaning"),
    "payload that a worker sends": (
        at("sendTask", "<events:payload>{a: 1}</events:payload>", 'camunda:type="external" camunda:topic="t"'),
        "A",
        "`payload` has no meaning",
    ),
    "schema of an error": (
        file(
            START.replace('"A"', '"W"') + f'<userTask id="W"/><boundaryEvent id="A" attachedToRef="W">'
            f"<extensionElements>{_SCHEMA.format('{}')}</extensionElements><errorEventDefinition/></boundaryEvent>"
        ),
        "A",
        "`payloadSchema` has no meaning",
    ),
    "schema of a subprocess": (
        at(
            "subProcess",
            content='<startEvent id="B"><extensionElements><events:payloadVariable>x</events:payloadVariable>'
            "</extensionElements></startEvent>",
        ),
        "B",
        "`payloadVariable` has no meaning",
    ),
    # BPMN itself
    "global task": (file(root='<globalUserTask id="T"/>'), "T", "`globalUserTask` is not supported"),
    "demanded extension": (file(root='<extension mustUnderstand="true" definition="x"/>'), None, "`mustUnderstand`"),
}


@pytest.mark.parametrize(("xml", "element", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_would_change_the_process_is_refused(xml: str, element: str | None, reason: str) -> None:
    (issue,) = issues(xml)
    assert issue.element_id == element
    assert reason in issue.message
    assert issue.line
    assert "(see docs/bpmn-support.md#" in issue.message


HARMLESS = {
    "empty listener": at("userTask", "<camunda:executionListener class='' event=''/>"),
    "empty listeners": at("userTask", "<zeebe:executionListeners/>"),
    "empty script": at("userTask", "<spiffworkflow:preScript> </spiffworkflow:preScript>"),
    "empty value": at("userTask", attributes='flowable:skipExpression=""'),
    "jobs": at(
        "userTask",
        "<camunda:failedJobRetryTimeCycle>R3/PT1M</camunda:failedJobRetryTimeCycle>",
        'camunda:asyncBefore="true" camunda:jobPriority="1"',
    ),
    "people": at(
        "userTask",
        "<zeebe:taskSchedule dueDate='= d'/><zeebe:assignmentDefinition assignee='= a'/>",
        'camunda:assignee="${a}" flowable:owner="o" activiti:candidateUsers="u"',
    ),
    "forms": at(
        "userTask",
        "<camunda:formData><camunda:formField id='x' type='long'><camunda:validation/>"
        "</camunda:formField></camunda:formData>",
        'camunda:formKey="f"',
    ),
    "global signal": throw(
        '<signalEventDefinition signalRef="G"/>', root='<signal id="G" name="g" flowable:scope="global"/>'
    ),
    "payload of a signal": throw('<signalEventDefinition signalRef="G"/>', _PARAMETERS.format("inputParameter")),
    "output of a worker's event": file(
        START + f'<endEvent id="A"><extensionElements>{_PARAMETERS.format("outputParameter")}</extensionElements>'
        '<messageEventDefinition camunda:type="external" camunda:topic="t"/></endEvent>'
    ),
    "decoration": at("userTask", '<signavio:signavioMetaData metaKey="k"/>', 'color:background-color="#fff"'),
    "scope of what is not thrown": at("userTask", _META.format("customScope", "external")),
    "terminate": throw('<terminateEventDefinition drools:scope="process"/>'),
    "notes": at("userTask", _META.format("elementname", "Work") + _PROPERTY.format("note", "x")),
    "jBPM's service": at(
        "serviceTask",
        attributes='drools:serviceimplementation="Java" drools:serviceinterface="I" drools:serviceoperation="o"',
    ),
    "jBPM's attributes": at(
        "callActivity", attributes='calledElement="p" drools:waitForCompletion="true" drools:independent="true"'
    ),
    "diagram": file().replace(
        "</definitions>",
        '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" '
        'odd:x="1"><odd:y/></di:BPMNDiagram></definitions>',
    ),
    "another process": file().replace(
        "</definitions>",
        f'<process id="q" isExecutable="false" odd:x="1"><task id="T"><extensionElements>{_LISTENER}'
        "</extensionElements></task></process></definitions>",
    ),
    "services that a process supports": file(f"<supports>I</supports>{START}{TASK}"),
    "category of a subprocess": at("subProcess", content='<categoryValueRef>c</categoryValueRef><task id="T"/>'),
    "collaboration": file(
        root='<collaboration id="C" isClosed="true"><participant id="P" processRef="main"/></collaboration>'
    ),
    "services": file(
        root='<interface id="I" name="i"><operation id="O" name="o"><inMessageRef>M</inMessageRef>'
        '</operation></interface><message id="M" name="m" itemRef="T"/><itemDefinition id="T"/>'
    ),
}


@pytest.mark.parametrize("xml", HARMLESS.values(), ids=HARMLESS)
def test_what_changes_nothing_is_accepted_without_a_warning(xml: str) -> None:
    assert warnings(xml) == ()


UNKNOWN = {
    "variable for the code of a thrown error": (
        throw('<errorEventDefinition errorRef="e" camunda:errorCodeVariable="x"/>'),
        "the attribute `errorCodeVariable` of",
    ),
    "qualified attribute": (
        at("receiveTask", attributes=f'xmlns:b="{BPMN}" b:name="x"'),
        f"the attribute `name` of {BPMN} on `receiveTask`",
    ),
    "result of a subprocess": (
        at("subProcess", attributes='camunda:resultVariable="x"', content='<userTask id="T"/>'),
        "the attribute `resultVariable` of",
    ),
    "result of a thrown signal": (
        throw('<signalEventDefinition signalRef="G"/>').replace('id="A"', 'id="A" camunda:resultVariable="x"'),
        "the attribute `resultVariable` of",
    ),
    "outputs of a throw event": (
        throw(
            "<dataOutputAssociation><targetRef>x</targetRef></dataOutputAssociation>"
            '<signalEventDefinition signalRef="G"/>'
        ),
        "the element `dataOutputAssociation` on `endEvent`",
    ),
    "namespace": (at("userTask", "<odd:x/>"), "the element `x` of urn:odd on `userTask`"),
    "attribute": (at("userTask", attributes='odd:x="1"'), "the attribute `x` of urn:odd on `userTask`"),
    "name": (at("userTask", "<camunda:odd/>"), "the element `odd` of http://camunda.org/schema/1.0/bpmn on"),
    "place": (at("userTask", attributes='camunda:collection="x"'), "the attribute `collection` of"),
    "content": (
        at("callActivity", '<camunda:in source="a" target="b" odd="c"/>', 'calledElement="p"'),
        "the attribute `odd` on `in`",
    ),
    "attribute of BPMN": (at("userTask", attributes='cancelActivity="false"'), "the attribute `cancelActivity` on"),
    "element of BPMN": (at("userTask", content="<script>x = 1</script>"), "the element `script` on `userTask`"),
    "outside of extension elements": (
        at("userTask", content="<camunda:executionListener class='x.Y'/>"),
        "the element `executionListener` of",
    ),
    "BPMN in extension elements": (at("userTask", "<script>x = 1</script>"), "the element `script` on `userTask`"),
    "listener on a lane": (
        file(
            f'<laneSet id="L"><lane id="A"><extensionElements>{_LISTENER}</extensionElements></lane></laneSet>'
            + (START + TASK).replace('"A"', '"B"')
        ),
        "the element `executionListener` of",
    ),
}


@pytest.mark.parametrize(("xml", "name"), UNKNOWN.values(), ids=UNKNOWN)
def test_what_no_list_knows_is_a_warning(xml: str, name: str) -> None:
    (warning,) = warnings(xml)
    assert warning.element_id == "A"
    assert warning.line == 1 + xml[: xml.index('id="A"')].count("\n")
    assert name in warning.message
    assert "is unknown: it has no effect (see docs/bpmn-support.md#extensions-of-other-engines)" in warning.message


IGNORED = {
    "worker of a send task": (
        file(START + '<sendTask id="A" messageRef="M" camunda:topic="t"/>', root='<message id="M" name="m"/>'),
        "the implementation has no effect",
    ),
    "worker of a thrown message": (
        throw('<messageEventDefinition messageRef="M" camunda:class="x.Y"/>', root='<message id="M" name="m"/>'),
        "the implementation has no effect",
    ),
    "half of an output": (
        at(
            "userTask",
            content="<multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics "
            "inputCollection='= xs' outputCollection='ys'/></extensionElements></multiInstanceLoopCharacteristics>",
        ),
        "no outputs are collected",
    ),
}


@pytest.mark.parametrize(("xml", "message"), IGNORED.values(), ids=IGNORED)
def test_what_another_part_replaces_is_a_warning(xml: str, message: str) -> None:
    (warning,) = warnings(xml)
    assert warning.element_id == "A"
    assert message in warning.message


def test_the_same_part_at_many_elements_is_one_warning() -> None:
    tasks = "\n".join(f'<userTask id="T{number}" odd:x="{number}"/>' for number in range(3))
    (warning,) = warnings(file(f'{START}{TASK}<task id="O" odd:y="1"/>{tasks}').replace('odd:y="1"', ""))
    assert (warning.element_id, warning.line) == ("T0", 4)
    assert "it has no effect (3 times in the file)" in warning.message


def test_the_number_of_warnings_is_limited() -> None:
    attributes = " ".join(f'odd:x{number}="1"' for number in range(MAX_ISSUES + 1))
    assert len(warnings(at("userTask", attributes=attributes))) == MAX_ISSUES


def test_the_work_grows_linearly() -> None:
    """The calls of functions for a file of four times as many tasks."""

    def count_calls(tasks: int) -> int:
        calls = 0

        def profile(_frame: FrameType, _event: str, _argument: Any) -> None:
            nonlocal calls
            calls += 1

        xml = "".join(
            f'<userTask id="T{number}" camunda:assignee="a" odd:x="1"><extensionElements><odd:y/>{_LISTENER}'
            "</extensionElements></userTask>"
            for number in range(tasks)
        )
        document = BpmnDocument.parse(file(START + TASK + xml))
        sys.setprofile(profile)
        try:
            check(document, list(document.root))
        finally:
            sys.setprofile(None)
        assert len(document.issues) == tasks
        return calls

    count_calls(10)
    assert count_calls(400) < 4.2 * count_calls(100)


def test_stored_files_of_the_first_meaning_keep_their_two_refusals() -> None:
    def reasons(xml: str, meaning: int) -> list[str]:
        return [issue.message for issue in parse_stored(xml, "main", meaning, lambda _schema: None)[1]]

    for xml, _, reason in REFUSED.values():
        first = reasons(xml, FIRST)
        assert any(reason in message for message in reasons(xml, CURRENT))
        assert all("runs code of another engine" in message or "throws errors" in message for message in first)
    node, on_flow, entry = (
        REFUSED[name][0] for name in ("listener on a node", "listener on a flow", "script on entry")
    )
    assert len(reasons(node, FIRST)) == 1
    assert reasons(on_flow, FIRST) == reasons(entry, FIRST) == []


def test_what_is_honoured_now_has_no_effect_in_stored_files_of_the_first_meaning() -> None:
    engine = EmbeddedEngine(JsonSchemas())
    work = at("task", attributes='drools:taskName="Email"')
    begin = file(START.replace('id="S"', 'id="S" camunda:initiator="by"') + TASK)
    models = {
        meaning: [engine.compile_stored(xml, "main", meaning) for xml in (work, begin)] for meaning in (FIRST, CURRENT)
    }
    assert [set(model.task_elements) for model, _ in models.values()] == [set(), {"A"}]
    assert [model.start_elements["S"].initiator_variable for _, model in models.values()] == [None, "by"]


def test_a_stored_version_of_the_current_meaning_stops_only_at_the_refused_part() -> None:
    model = EmbeddedEngine(JsonSchemas()).compile_stored(REFUSED["listener on a flow"][0], "main", CURRENT)
    assert set(model.task_elements) == {"A"}


@pytest.mark.parametrize("namespace", NAMES)
def test_names_of_descriptions_without_a_package(namespace: str) -> None:
    unknown = [
        (element, name)
        for element, names in NAMES[namespace].items()
        for name in names.split()
        if not find_on_bpmn(namespace, name, element)
    ]
    assert unknown == []
