"""Models with one refused part each, of every kind that the parser refuses."""

from dataclasses import dataclass

from tests.conformance.drawing import draw

_LISTENER = "<camunda:executionListener class='com.example.Listener'/>"


@dataclass(frozen=True)
class Refusal:
    """A model that first waits at ``Ready``, and then goes to the refused part or to the task ``Beside``.

    Attributes:
        name: The name of the refusal, for the test report.
        part: The lines of the drawing that define the branch with the refused part, which begins at ``X``.
        element: The id of the element that cannot run.
        message: A part of the issue's message.
    """

    name: str
    part: str
    element: str
    message: str

    @property
    def bpmn_xml(self) -> str:
        return draw(
            f"""
            start > Ready > Choice
            Ready: receiveTask message=ready
            Choice: exclusiveGateway
            Choice -[bad]> X
            Choice -[default]> Beside > endBeside
            Beside: userTask
            {self.part}
            """
        )


def _at_x(name: str, definition: str, message: str) -> Refusal:
    return Refusal(name, f"X > end\nX: {definition}", "X", message)


def _flow(name: str, attributes: str, message: str) -> Refusal:
    """Return a model with a refused sequence flow that leaves ``In``, in a subprocess."""
    part = f"X > end\nX: subProcess xml='<sequenceFlow id=\"f\" {attributes}/>' {{\nstartIn > In\n}}"
    return Refusal(name, part, "f", message)


NODES = [
    # kinds of elements
    _at_x("complex gateway", "complexGateway", "complex gateways are not supported"),
    _at_x("transaction", "transaction method=##Store {\nstartIn > In\n}", "the method '##Store' of a transaction"),
    _at_x("ad-hoc subprocess", "adHocSubProcess", "ad-hoc subprocesses are not supported"),
    _at_x("unknown element", "conversationTask", "`conversationTask` is not supported"),
    _at_x("compensation", "task isForCompensation=true", "no sequence flow leads to or from"),
    _at_x("start quantity", "task startQuantity=2", "startQuantity other than 1"),
    _at_x(
        "data association",
        "userTask xml='<dataInputAssociation><assignment/></dataInputAssociation>'",
        "an assignment has a `from`",
    ),
    _at_x(
        "data association from a task",
        "userTask xml='<dataInputAssociation><sourceRef>Beside</sourceRef><targetRef>y</targetRef>"
        "</dataInputAssociation>'",
        "'Beside', which is no data",
    ),
    _at_x(
        "data association from several sources",
        "userTask xml='<dataInputAssociation><sourceRef>a</sourceRef><sourceRef>b</sourceRef><targetRef>y</targetRef>"
        "</dataInputAssociation>'",
        "needs a transformation",
    ),
    _at_x("listener", f'userTask ext="{_LISTENER}"', "runs code of another engine"),
    _at_x("content of an unknown kind", "subProcess xml='<odd/>' {\nInner\n}", "the element `odd`"),
    # events
    _at_x("catch without a definition", "intermediateCatchEvent", "it would wait for nothing"),
    _at_x(
        "catch of a kind that does not wait",
        "intermediateCatchEvent xml='<compensateEventDefinition/>'",
        "a compensation is thrown, or caught at a boundary event",
    ),
    _at_x(
        "shared definition",
        "intermediateCatchEvent message=m xml='<eventDefinitionRef>d</eventDefinitionRef>'",
        "a shared event definition",
    ),
    _at_x(
        "several definitions",
        "intermediateCatchEvent message=m xml='<signalEventDefinition/>'",
        "several definitions",
    ),
    _at_x(
        "dangling reference",
        "intermediateCatchEvent xml='<messageEventDefinition messageRef=\"gone\"/>'",
        "messageRef refers to 'gone'",
    ),
    _at_x("message name", "receiveTask message=${name", "does not end"),
    _at_x("timer text", "intermediateCatchEvent timer=P1Q", "no ISO 8601 duration"),
    _at_x("timer expression", "intermediateCatchEvent timer=${x", "`${x`"),
    _at_x("no time", "intermediateCatchEvent xml='<timerEventDefinition/>'", "a timer has one timeDate"),
    _at_x("condition", "intermediateCatchEvent 'condition=x ><'", "`x ><`"),
    _at_x("no condition", "intermediateCatchEvent xml='<conditionalEventDefinition/>'", "has a condition"),
    _at_x(
        "condition in another language",
        'intermediateCatchEvent xml=\'<conditionalEventDefinition><condition language="groovy">x</condition>'
        "</conditionalEventDefinition>'",
        "expressions in 'groovy' are not supported",
    ),
    _at_x(
        "condition in another file",
        'intermediateCatchEvent xml=\'<conditionalEventDefinition><condition camunda:resource="a.txt"/>'
        "</conditionalEventDefinition>'",
        "an expression in another file",
    ),
    _at_x(
        "condition on a variable name",
        'intermediateCatchEvent xml=\'<conditionalEventDefinition camunda:variableName="x"><condition>x</condition>'
        "</conditionalEventDefinition>'",
        "the extension `variableName` is not supported",
    ),
    _at_x(
        "inputs of a catch event",
        'intermediateCatchEvent message=m ext=\'<zeebe:ioMapping><zeebe:input source="= 1" target="a"/>'
        "</zeebe:ioMapping>'",
        "no input mappings",
    ),
    Refusal(
        "data at a link",
        "X > end\nX: intermediateCatchEvent out=y:x link=here",
        "X",
        "a link gets no data",
    ),
    Refusal("link without a target", "X: intermediateThrowEvent link=gone", "X", "there is no link target"),
    Refusal(
        "flow out of a link",
        "X > end\nX: intermediateThrowEvent link=there\nThere: intermediateCatchEvent link=there\nThere > endThere",
        "X",
        "no sequence flow may leave a link",
    ),
    _at_x("thrown kind", "intermediateThrowEvent terminate=yes", "belongs to an end event"),
    _at_x("thrown message without a name", "intermediateThrowEvent message=", "needs a reference to a message"),
    Refusal("thrown error without a code", "X: endEvent error=", "X", "needs a reference to one with a code"),
    Refusal(
        "variable of a thrown error",
        'X: endEvent xml=\'<errorEventDefinition errorRef="E" camunda:errorMessageVariable="m"/>\'\n'
        'xml <error id="E" errorCode="e"/>',
        "X",
        "for the event that catches",
    ),
    Refusal(
        "error code",
        'X: endEvent xml=\'<errorEventDefinition errorRef="E"/>\'\nxml <error id="E" errorCode="${e}"/>',
        "X",
        "the error code '${e}' is an expression",
    ),
    Refusal(
        "error message",
        "X: endEvent xml='<errorEventDefinition errorRef=\"E\"/>'\n"
        'xml <error id="E" errorCode="e" camunda:errorMessage="${m}"/>',
        "X",
        "the error message '${m}' is an expression",
    ),
    Refusal("flow out of an end event", "X > endMore\nX: endEvent", "X", "may leave an end event"),
    Refusal(
        "start event of a subprocess",
        "X > end\nX: subProcess {\nstartIn > In\nstartIn: startEvent message=m\n}",
        "startIn",
        "a plain one",
    ),
    Refusal(
        "mappings at a start event",
        "X > end\nX: subProcess {\nstartIn > In\nstartIn: startEvent ext='<zeebe:ioMapping>"
        '<zeebe:output source="= 1" target="a"/></zeebe:ioMapping>\'\n}',
        "startIn",
        "mappings at a start event",
    ),
    # payloads
    _at_x(
        "schema that is no JSON",
        "receiveTask message=m ext='<events:payloadSchema>{</events:payloadSchema>'",
        "not JSON",
    ),
    _at_x(
        "schema that is no object",
        "receiveTask message=m ext='<events:payloadSchema>1</events:payloadSchema>'",
        "no JSON Schema",
    ),
    _at_x(
        "payload variable",
        "receiveTask message=m ext='<events:payloadVariable>a&#9;b</events:payloadVariable>'",
        r"payloadVariable 'a\tb' is no variable name",
    ),
    _at_x(
        "thrown payload",
        "intermediateThrowEvent message=m ext='<events:payload>{a: </events:payload>'",
        "its payload:",
    ),
    _at_x(
        "thrown payload that is no object",
        "intermediateThrowEvent message=m ext='<events:payload>a</events:payload>'",
        "its payload is no object",
    ),
    # gateways and flows
    _at_x("parallel event gateway", "eventBasedGateway eventGatewayType=Parallel", "parallel event-based gateway"),
    _at_x(
        "instantiating gateway with a flow",
        "eventBasedGateway instantiate=true",
        "begins a process has no incoming flows",
    ),
    _at_x("event gateway before a task", "eventBasedGateway", "at least two branches"),
    _at_x(
        "mappings at a gateway",
        'exclusiveGateway ext=\'<zeebe:ioMapping><zeebe:output source="= 1" target="a"/></zeebe:ioMapping>\'',
        "mappings at a gateway",
    ),
    _at_x("default flow", "exclusiveGateway default=gone", "its default flow 'gone'"),
    Refusal(
        "flow without a condition",
        "X -[a]> endA\nX > endB\nX: exclusiveGateway",
        "X",
        "neither a condition nor is it the default",
    ),
    Refusal(
        "condition at a parallel gateway", "X -[a]> endA\nX > endB\nX: parallelGateway", "X", "cannot have conditions"
    ),
    # activities
    _at_x("call without a process", "callActivity", "which process it calls"),
    _at_x("call of an expression", "callActivity calls=${p", "does not end"),
    _at_x("call of another expression", "callActivity 'calls=${p +}'", "`p +`"),
    _at_x("binding", "callActivity calls=q camunda:calledElementBinding=version", "the binding 'version'"),
    _at_x(
        "mapping class",
        "callActivity calls=q camunda:variableMappingClass=com.example.M",
        "`variableMappingClass` runs code",
    ),
    _at_x(
        "local call mapping",
        'callActivity calls=q ext=\'<camunda:out local="true" variables="all"/>\'',
        "returns all variables as local ones",
    ),
    _at_x(
        "local payload",
        'intermediateThrowEvent xml=\'<signalEventDefinition signalRef="S"><extensionElements><camunda:in local="true"'
        ' variables="all"/></extensionElements></signalEventDefinition>\'\nxml <signal id="S"/>',
        "local variables alone",
    ),
    _at_x(
        "call mapping without a target",
        "callActivity calls=q ext='<camunda:in source=\"a\"/>'",
        "a source and a target",
    ),
    _at_x("send task without a message", "sendTask", "needs a message to send"),
    _at_x("topic", "serviceTask camunda:topic=${t}", "is no plain name"),
    _at_x("script", "scriptTask 'script=while (true) {}'", "scripts are assignments"),
    _at_x("script of a worker", "scriptTask script=a=1 ext='<zeebe:taskDefinition type=\"t\"/>'", "that a worker runs"),
    _at_x("script in another file", "scriptTask camunda:resource=a.txt", "a script in another file"),
    _at_x("receive task that begins", "receiveTask message=m instantiate=true", "begins a process has no incoming"),
    # variables and loops
    _at_x(
        "mapping of a script",
        'userTask ext=\'<camunda:inputOutput><camunda:inputParameter name="a"><camunda:script/>'
        "</camunda:inputParameter></camunda:inputOutput>'",
        "a mapping by a script",
    ),
    _at_x(
        "mapping of a form",
        'userTask ext=\'<camunda:inputOutput><camunda:inputParameter name="a"><camunda:form/></camunda:inputParameter>'
        "</camunda:inputOutput>'",
        "a mapping from a `form`",
    ),
    _at_x(
        "mapping of two lists",
        'userTask ext=\'<camunda:inputOutput><camunda:inputParameter name="a"><camunda:list/><camunda:list/>'
        "</camunda:inputParameter></camunda:inputOutput>'",
        "has one value",
    ),
    _at_x(
        "map without a key",
        'userTask ext=\'<camunda:inputOutput><camunda:inputParameter name="a"><camunda:map><camunda:entry/>'
        "</camunda:map></camunda:inputParameter></camunda:inputOutput>'",
        "has a key",
    ),
    _at_x(
        "mapping expression",
        'userTask ext=\'<zeebe:ioMapping><zeebe:input source="= 1 +" target="a"/></zeebe:ioMapping>\'',
        "`",
    ),
    _at_x(
        "mapping target",
        'userTask ext=\'<zeebe:ioMapping><zeebe:input source="= 1" target="a..b"/></zeebe:ioMapping>\'',
        "not 'a..b'",
    ),
    _at_x(
        "no mapping target",
        "userTask ext='<zeebe:ioMapping><zeebe:input source=\"= 1\"/></zeebe:ioMapping>'",
        "not None",
    ),
    _at_x(
        "text with an expression",
        'userTask ext=\'<zeebe:ioMapping><zeebe:input source="x ${y}" target="a"/></zeebe:ioMapping>\'',
        "a text with expressions",
    ),
    _at_x("result variable", "userTask 'camunda:resultVariable=a\tb'", "no variable name"),
    _at_x(
        "two loops",
        "userTask multi=2 xml='<standardLoopCharacteristics loopMaximum=\"2\"/>'",
        "at most one kind of loop",
    ),
    _at_x("boolean", "userTask isForCompensation=maybe", "'maybe' is no boolean"),
    _at_x("loop condition", "userTask 'loop=x ><'", "`x ><`"),
    _at_x("loop maximum", "userTask max=many", "'many' is no number"),
    _at_x("endless loop", "userTask xml='<standardLoopCharacteristics/>'", "would never end"),
    _at_x("cardinality", "userTask 'multi=2 +'", "`2 +`"),
    _at_x("no cardinality", "userTask xml='<multiInstanceLoopCharacteristics/>'", "need a loopCardinality"),
    _at_x(
        "loop behavior",
        'userTask xml=\'<multiInstanceLoopCharacteristics behavior="One"><loopCardinality>2</loopCardinality>'
        "</multiInstanceLoopCharacteristics>'",
        "(behavior)",
    ),
    _at_x("item variable", "userTask each=items 'item=a&#9;b'", r"'a\tb' is no variable name"),
    _at_x("completion condition", "userTask multi=2 'until=x ><'", "`x ><`"),
    Refusal("flow condition", "X -[a ><]> endA\nX -[default]> endB\nX: exclusiveGateway", "flow6", "`a ><`"),
    _flow("flow without a target", 'sourceRef="In"', "has a sourceRef and a targetRef"),
    _flow("flow to nowhere", 'sourceRef="In" targetRef="gone"', "'gone', which is no flow node"),
    _flow("flow out of a subprocess", 'sourceRef="In" targetRef="Beside"', "crosses the border of a subprocess"),
    # scopes
    Refusal(
        "subprocess with two start events",
        "X > end\nX: subProcess {\nstartIn > In\nstartAlso > In\n}",
        "X",
        "at most one start event",
    ),
    Refusal(
        "subprocess with nothing to begin with",
        "X > end\nX: subProcess {\nIn > Out > In\n}",
        "X",
        "nothing to begin with",
    ),
    Refusal(
        "boundary event that cannot be armed",
        "X > end\nX: userTask\nLate: boundaryEvent on=X timer=soon\nLate > endLate",
        "Late",
        "no ISO 8601 date",
    ),
]


@dataclass(frozen=True)
class Change:
    """An element at which an instance waits, before and after the parser began to refuse something about it.

    Attributes:
        before: The drawing that was accepted. Its instance waits at ``X``, at an event or at a task.
        after: The drawing of the same elements that is refused.
    """

    name: str
    before: str
    after: str


def _change(name: str, before: str, after: str, drawing: str = "start > X > After > end\nAfter: userTask") -> Change:
    return Change(name, f"{drawing}\nX: {before}", f"{drawing}\nX: {after}")


_CATCH = "intermediateCatchEvent message=m"
_BOUNDARY = "start > Work > end\nWork: userTask\nX > After > endAfter\nAfter: userTask"
_RACE = "start > Race > X > After > end\nRace: eventBasedGateway\nRace > Other > endOther\nAfter: userTask\n"
_RACE += "Other: intermediateCatchEvent timer=PT1H"


def _nested(inner: str) -> str:
    """Return a drawing whose first step is inside of a subprocess, which has the given start event inside."""
    return f"start > Sub > After > end\nAfter: userTask\nSub: subProcess {{\nstartIn > X > endIn\n{inner}\n}}"


def _in_event_subprocess(start: str) -> str:
    return (
        "start > Work > end\nWork: userTask\nGuard: subProcess triggeredByEvent=true {\n"
        f"X > After > endGuard\nAfter: userTask\nX: {start}\n}}"
    )


def _extended(definition: str, extension: str) -> str:
    return f"{definition} ext='{extension}'"


WAITING = [
    # the same part of every kind of waiting element, and every part of one of them
    *(
        _change(f"listener at a {name}", definition, _extended(definition, _LISTENER.replace("'", '"')), drawing)
        for name, definition, drawing in (
            ("catch event", _CATCH, "start > X > After > end\nAfter: userTask"),
            ("receive task", "receiveTask message=m", "start > X > After > end\nAfter: userTask"),
            ("user task", "userTask", "start > X > After > end\nAfter: userTask"),
            ("boundary event", "boundaryEvent on=Work message=m", _BOUNDARY),
            ("repeated boundary event", "boundaryEvent on=Work message=m interrupting=no", _BOUNDARY),
            ("event behind a gateway", _CATCH, _RACE),
            ("worker's task", "serviceTask camunda:topic=t", "start > X > After > end\nAfter: userTask"),
            ("task in a loop", "userTask sequence=2", "start > X > After > end\nAfter: userTask"),
            ("task in parallel", "userTask multi=2", "start > X > After > end\nAfter: userTask"),
        )
    ),
    Change(
        "listener at the start of an event subprocess",
        _in_event_subprocess("startEvent message=m"),
        _in_event_subprocess(_extended("startEvent message=m", _LISTENER.replace("'", '"'))),
    ),
    _change("schema", _CATCH, _extended(_CATCH, "<events:payloadSchema>{</events:payloadSchema>")),
    _change(
        "schema that is invalid", _CATCH, _extended(_CATCH, '<events:payloadSchema>{"type": 5}</events:payloadSchema>')
    ),
    _change("variable", _CATCH, _extended(_CATCH, "<events:payloadVariable>a&#9;b</events:payloadVariable>")),
    _change("reference", _CATCH, "intermediateCatchEvent xml='<messageEventDefinition messageRef=\"gone\"/>'"),
    _change("no definition", _CATCH, "intermediateCatchEvent"),
    _change("definition of another kind", _CATCH, "intermediateCatchEvent xml='<compensateEventDefinition/>'"),
    _change("timer", "intermediateCatchEvent timer=PT1H", "intermediateCatchEvent timer=P1Q"),
    _change(
        "repeated timer",
        "boundaryEvent on=Work timer=R/PT1H interrupting=no",
        "boundaryEvent on=Work timer=R/P1Q interrupting=no",
        _BOUNDARY,
    ),
    _change("condition", "intermediateCatchEvent condition=x", "intermediateCatchEvent 'condition=x ><'"),
    _change(
        "input mapping",
        _extended("userTask", '<zeebe:ioMapping><zeebe:input source="= 1" target="a"/></zeebe:ioMapping>'),
        _extended("userTask", '<zeebe:ioMapping><zeebe:input source="= 1 +" target="a"/></zeebe:ioMapping>'),
    ),
    _change(
        "mapping target",
        _extended("userTask", '<zeebe:ioMapping><zeebe:output source="= 1" target="a"/></zeebe:ioMapping>'),
        _extended("userTask", '<zeebe:ioMapping><zeebe:output source="= 1" target="a..b"/></zeebe:ioMapping>'),
    ),
    _change("quantity", "userTask", "userTask completionQuantity=2"),
    _change("topic", "serviceTask camunda:topic=t", "serviceTask camunda:topic=${t}"),
    _change("kind of task", "userTask", "userTask isForCompensation=true"),
    _change("unsupported kind of task", "userTask", "conversationTask"),
    _change("unsupported kind of event", _CATCH, "complexGateway"),
    Change(
        "event gateway",
        f"{_RACE}\nX: {_CATCH}",
        f"{_RACE.replace('eventBasedGateway', 'eventBasedGateway eventGatewayType=Parallel')}\nX: {_CATCH}",
    ),
    Change(
        "transaction",
        _nested("X: userTask"),
        _nested("X: userTask").replace("subProcess", "transaction method=##Image"),
    ),
    Change("unknown container", _nested("X: userTask"), _nested("X: userTask").replace("subProcess", "oddProcess")),
    Change(
        "subprocess with a listener",
        _nested(f"X: {_CATCH}"),
        _nested(f"X: {_CATCH}").replace("subProcess", f'subProcess ext="{_LISTENER}"'),
    ),
    Change(
        "second start event",
        _nested("X: userTask"),
        _nested("X: userTask\nstartAlso > X"),
    ),
    _change("collection", "userTask each=items", "userTask each='${items +}'"),
]
