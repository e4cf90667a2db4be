"""Small processes that exchange messages and signals, and processes with timers and tasks."""

from itertools import pairwise

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:events="urn:bpmn-events:1"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">
  <message id="M_go" name="go"/>
  <message id="M_paid" name="paid"/>
  <message id="M_after" name="after"/>
  <message id="M_ping" name="ping"/>
  <message id="M_pong" name="pong"/>
  <signal id="S_alarm" name="alarm"/>
"""


def _file(body: str) -> str:
    return f"{_HEAD}{body}</definitions>"


def _flow(key: str, *nodes: str, before: str = "") -> str:
    """Return a process with the nodes in sequence; each node has its id in the first attribute."""
    ids = [node.split('"')[1] for node in nodes]
    flows = "".join(
        f'<sequenceFlow id="f_{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'
        for source, target in pairwise(ids)
    )
    return f'{before}<process id="{key}" isExecutable="true">{"".join(nodes)}{flows}</process>'


BEGIN = '<startEvent id="begin"/>'
END = '<endEvent id="end"/>'


def catch_message(element: str, message: str, extension: str = "") -> str:
    return (
        f'<intermediateCatchEvent id="{element}">{extension}<messageEventDefinition id="d_{element}" '
        f'messageRef="M_{message}"/></intermediateCatchEvent>'
    )


def throw_message(element: str, message: str, payload: str = "") -> str:
    return (
        f'<intermediateThrowEvent id="{element}">{_payload(payload)}<messageEventDefinition id="d_{element}" '
        f'messageRef="M_{message}"/></intermediateThrowEvent>'
    )


def catch_signal(element: str, extension: str = "") -> str:
    return (
        f'<intermediateCatchEvent id="{element}">{extension}<signalEventDefinition id="d_{element}" '
        f'signalRef="S_alarm"/></intermediateCatchEvent>'
    )


def throw_signal(element: str, payload: str = "") -> str:
    return (
        f'<intermediateThrowEvent id="{element}">{_payload(payload)}<signalEventDefinition id="d_{element}" '
        f'signalRef="S_alarm"/></intermediateThrowEvent>'
    )


def _payload(expression: str) -> str:
    return f"<extensionElements><events:payload>{expression}</events:payload></extensionElements>" if expression else ""


def schema(text: str) -> str:
    return f"<extensionElements><events:payloadSchema>{text}</events:payloadSchema></extensionElements>"


AMOUNT = schema('{"type": "object", "required": ["amount"], "properties": {"amount": {"type": "integer"}}}')

# Waits for "go", then throws the message "paid", then the message "after".
PAYER = _file(
    _flow(
        "payer",
        BEGIN,
        catch_message("go", "go"),
        throw_message("pay", "paid", "{amount: amount, order: order}"),
        throw_message("tell", "after"),
        END,
    )
)
# Waits for "paid", then for "after".
SHOP = _file(_flow("shop", BEGIN, catch_message("paid", "paid"), catch_message("after", "after"), END))
# Waits for "paid", in another model without lanes.
KIOSK = _file(_flow("kiosk", BEGIN, catch_message("paid", "paid"), END))
# Waits for "paid"; its schema requires an amount.
STRICT_SHOP = _file(_flow("strict-shop", BEGIN, catch_message("paid", "paid", AMOUNT), END))
# Begins with "paid", then waits for "after".
CLERK = _file(
    _flow(
        "clerk",
        '<startEvent id="on_paid"><messageEventDefinition id="d_on_paid" messageRef="M_paid"/></startEvent>',
        catch_message("after", "after"),
        END,
    )
)
OTHER_CLERK = CLERK.replace('process id="clerk"', 'process id="other-clerk"')
# Waits for "paid"; cannot go on unless the amount is 1.
BRITTLE = _file(
    f"""<process id="brittle" isExecutable="true">{BEGIN}
    <sequenceFlow id="f1" sourceRef="begin" targetRef="wait"/>
    {catch_message("wait", "paid")}
    <exclusiveGateway id="decide"/>
    <sequenceFlow id="f2" sourceRef="wait" targetRef="decide"/>
    <sequenceFlow id="f3" sourceRef="decide" targetRef="end">
      <conditionExpression xsi:type="tFormalExpression">amount == 1</conditionExpression>
    </sequenceFlow>{END}</process>"""
)
# Waits for the signal; cannot go on unless the level is 1.
BRITTLE_LISTENER = _file(
    f"""<process id="brittle-listener" isExecutable="true">{BEGIN}
    <sequenceFlow id="f1" sourceRef="begin" targetRef="hear"/>{catch_signal("hear")}
    <exclusiveGateway id="decide"/>
    <sequenceFlow id="f2" sourceRef="hear" targetRef="decide"/>
    <sequenceFlow id="f3" sourceRef="decide" targetRef="end">
      <conditionExpression xsi:type="tFormalExpression">level == 1</conditionExpression>
    </sequenceFlow>{END}</process>"""
)
# Starts with the signal; cannot go on unless the level is 1. Its key precedes that of ALERTED.
BRITTLE_STARTER = _file(
    f"""<process id="aghast" isExecutable="true">
    <startEvent id="on_alarm"><signalEventDefinition id="d_on_alarm" signalRef="S_alarm"/></startEvent>
    <exclusiveGateway id="decide"/>
    <sequenceFlow id="f1" sourceRef="on_alarm" targetRef="decide"/>
    <sequenceFlow id="f2" sourceRef="decide" targetRef="end">
      <conditionExpression xsi:type="tFormalExpression">level == 1</conditionExpression>
    </sequenceFlow>{END}</process>"""
)
# Waits for the signal.
LISTENER = _file(_flow("listener", BEGIN, catch_signal("hear"), END))
# Waits for the signal again and again.
PARROT = _file(
    f"""<process id="parrot" isExecutable="true">{BEGIN}
    <exclusiveGateway id="again"/>{catch_signal("hear")}
    <sequenceFlow id="f1" sourceRef="begin" targetRef="again"/>
    <sequenceFlow id="f2" sourceRef="again" targetRef="hear"/>
    <sequenceFlow id="f3" sourceRef="hear" targetRef="again"/></process>"""
)
# Waits for "go", throws the signal and the message "after", then waits for the signal itself.
SIREN = _file(
    _flow(
        "siren",
        BEGIN,
        catch_message("go", "go"),
        throw_signal("sound", "{level: 2}"),
        throw_message("tell", "after"),
        catch_signal("echo"),
        END,
    )
)
# One path waits for "go" and throws "paid"; the other waits for "paid", and its schema requires an amount.
SELF_PAYER = _file(
    f"""<process id="self-payer" isExecutable="true">{BEGIN}<parallelGateway id="split"/>
    {catch_message("go", "go")}{throw_message("pay", "paid", "{amount: amount}")}{catch_message("paid", "paid", AMOUNT)}
    <sequenceFlow id="f1" sourceRef="begin" targetRef="split"/>
    <sequenceFlow id="f2" sourceRef="split" targetRef="go"/>
    <sequenceFlow id="f3" sourceRef="go" targetRef="pay"/>
    <sequenceFlow id="f4" sourceRef="split" targetRef="paid"/></process>"""
)
# One path waits for "go" and throws the signal, the other waits for the signal; so does a boundary event.
CHORUS = _file(
    f"""<process id="chorus" isExecutable="true">{BEGIN}<parallelGateway id="split"/>
    {catch_message("go", "go")}{throw_signal("sound", "{level: 2}")}{catch_signal("hear")}
    <receiveTask id="work" messageRef="M_paid"/>
    <boundaryEvent id="stop" attachedToRef="work"><signalEventDefinition id="d_stop" signalRef="S_alarm"/>
      </boundaryEvent>
    <boundaryEvent id="late" attachedToRef="work"><timerEventDefinition id="t">
      <timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>
    <userTask id="clean"/>{END}
    <sequenceFlow id="f1" sourceRef="begin" targetRef="split"/>
    <sequenceFlow id="f2" sourceRef="split" targetRef="go"/>
    <sequenceFlow id="f3" sourceRef="go" targetRef="sound"/>
    <sequenceFlow id="f4" sourceRef="split" targetRef="hear"/>
    <sequenceFlow id="f5" sourceRef="split" targetRef="work"/>
    <sequenceFlow id="f6" sourceRef="stop" targetRef="clean"/>
    <sequenceFlow id="f7" sourceRef="late" targetRef="end"/></process>"""
)
# Begins with the signal.
ALERTED = _file(
    _flow(
        "alerted",
        '<startEvent id="on_alarm"><signalEventDefinition id="d_on_alarm" signalRef="S_alarm"/></startEvent>',
        catch_message("after", "after"),
        END,
    )
)
# Waits for the signal in a lane, with a schema.
SALES_LISTENER = _file(
    f"""<process id="sales" isExecutable="true">
    <laneSet id="lanes"><lane id="L" name="Sales"><flowNodeRef>hear</flowNodeRef></lane></laneSet>{BEGIN}
    <sequenceFlow id="f1" sourceRef="begin" targetRef="hear"/>{catch_signal("hear", AMOUNT)}
    <sequenceFlow id="f2" sourceRef="hear" targetRef="end"/>{END}</process>"""
)


def player(key: str, hears: str, says: str) -> str:
    """Return a process that throws a message after each one it receives, for ever."""
    return _file(
        f"""<process id="{key}" isExecutable="true">{BEGIN}
        <exclusiveGateway id="again"/>{catch_message("hear", hears)}{throw_message("say", says)}
        <sequenceFlow id="f1" sourceRef="begin" targetRef="again"/>
        <sequenceFlow id="f2" sourceRef="again" targetRef="hear"/>
        <sequenceFlow id="f3" sourceRef="hear" targetRef="say"/>
        <sequenceFlow id="f4" sourceRef="say" targetRef="again"/></process>"""
    )


def keyed(key: str, order_property: str = "order", property_id: str = "P") -> str:
    """Return a process that waits for "paid" with the correlation key "K".

    The value of the key is the variable ``number``; a payload has it in ``order_property``.
    """
    conversation = f"""
    <collaboration id="C">
      <participant id="Pool" processRef="{key}"/>
      <conversation id="talk"><correlationKey id="K">
        <correlationPropertyRef>{property_id}</correlationPropertyRef>
      </correlationKey></conversation>
    </collaboration>
    <correlationProperty id="{property_id}" name="number">
      <correlationPropertyRetrievalExpression messageRef="M_paid">
        <messagePath xsi:type="tFormalExpression">{order_property}</messagePath>
      </correlationPropertyRetrievalExpression>
    </correlationProperty>"""
    subscription = f"""<correlationSubscription id="S" correlationKeyRef="K">
      <correlationPropertyBinding correlationPropertyRef="{property_id}">
        <dataPath xsi:type="tFormalExpression">number</dataPath>
      </correlationPropertyBinding></correlationSubscription>"""
    process = _flow(key, BEGIN, catch_message("paid", "paid"), END).replace("</process>", f"{subscription}</process>")
    return _file(conversation + process)


# Waits for any "paid"; after it has thrown "ping" with an order, only for a "paid" with the same order.
LATE_KEY = _file(
    """<collaboration id="C"><participant id="Pool" processRef="late"/><conversation id="talk">
      <correlationKey id="K"><correlationPropertyRef>P</correlationPropertyRef></correlationKey>
    </conversation></collaboration>
    <correlationProperty id="P" name="order">"""
    + "".join(
        f"""<correlationPropertyRetrievalExpression messageRef="M_{message}">
        <messagePath xsi:type="tFormalExpression">order</messagePath></correlationPropertyRetrievalExpression>"""
        for message in ("ping", "paid")
    )
    + f"""</correlationProperty>
    <process id="late" isExecutable="true">{BEGIN}<parallelGateway id="split"/>
    {catch_message("go", "go")}{throw_message("ask", "ping", "{order: number}")}{catch_message("paid", "paid")}
    <sequenceFlow id="f1" sourceRef="begin" targetRef="split"/>
    <sequenceFlow id="f2" sourceRef="split" targetRef="go"/>
    <sequenceFlow id="f3" sourceRef="go" targetRef="ask"/>
    <sequenceFlow id="f4" sourceRef="split" targetRef="paid"/></process>"""
)
# A user task, then an external task, then a wait for "go".
TASKS = _file(
    f"""<process id="approval" isExecutable="true">
    <laneSet id="lanes"><lane id="L" name="Boss"><flowNodeRef>approve</flowNodeRef></lane></laneSet>
    {BEGIN}<userTask id="approve" name="Approve it"/><serviceTask id="bill" name="Bill it"/>
    {catch_message("go", "go")}{END}
    <sequenceFlow id="f1" sourceRef="begin" targetRef="approve"/>
    <sequenceFlow id="f2" sourceRef="approve" targetRef="bill"/>
    <sequenceFlow id="f3" sourceRef="bill" targetRef="go"/>
    <sequenceFlow id="f4" sourceRef="go" targetRef="end"/></process>"""
)
# An external task beside a wait for "go"; the error DECLINED leads to a user task in a lane.
CHARGE = _file(
    f"""<error id="E_declined" errorCode="DECLINED"/><process id="charge" isExecutable="true">
    <laneSet id="lanes"><lane id="L1" name="Finance"><flowNodeRef>card</flowNodeRef></lane>
      <lane id="L2" name="Boss"><flowNodeRef>look</flowNodeRef></lane></laneSet>
    {BEGIN}<parallelGateway id="split"/><serviceTask id="card"/>{catch_message("go", "go")}
    <boundaryEvent id="declined" attachedToRef="card"><errorEventDefinition id="d_declined" errorRef="E_declined"
      xmlns:camunda="http://camunda.org/schema/1.0/bpmn" camunda:errorMessageVariable="why"/></boundaryEvent>
    <userTask id="look"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="split"/>
    <sequenceFlow id="f2" sourceRef="split" targetRef="card"/>
    <sequenceFlow id="f3" sourceRef="split" targetRef="go"/>
    <sequenceFlow id="f4" sourceRef="declined" targetRef="look"/></process>"""
)
# Calls CHARGE, and handles every error with a user task.
CHARGE_CALLER = _file(
    f"""<process id="charge-caller" isExecutable="true">{BEGIN}<callActivity id="call" calledElement="charge"/>
    <boundaryEvent id="failed" attachedToRef="call"><errorEventDefinition id="d_failed"/></boundaryEvent>
    <userTask id="apologise"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="call"/>
    <sequenceFlow id="f2" sourceRef="failed" targetRef="apologise"/></process>"""
)
# Two open tasks at the same element.
TWICE = _file(
    f"""<process id="twice" isExecutable="true">{BEGIN}
    <userTask id="approve"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>
      </multiInstanceLoopCharacteristics></userTask>{END}
    <sequenceFlow id="f1" sourceRef="begin" targetRef="approve"/>
    <sequenceFlow id="f2" sourceRef="approve" targetRef="end"/></process>"""
)
# A user task that a timer interrupts.
IMPATIENT = _file(
    f"""<process id="impatient" isExecutable="true">{BEGIN}
    <userTask id="approve"/>{END}
    <boundaryEvent id="late" attachedToRef="approve"><timerEventDefinition id="t">
      <timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="approve"/>
    <sequenceFlow id="f2" sourceRef="approve" targetRef="end"/>
    <sequenceFlow id="f3" sourceRef="late" targetRef="end"/></process>"""
)


def timed(key: str, definition: str, condition: str = "") -> str:
    """Return a process that waits for a timer, and then goes on only if the condition is true."""
    guard = f'<conditionExpression xsi:type="tFormalExpression">{condition}</conditionExpression>' if condition else ""
    return _file(
        f"""<process id="{key}" isExecutable="true">{BEGIN}
        <intermediateCatchEvent id="ring"><timerEventDefinition id="t">{definition}</timerEventDefinition>
          </intermediateCatchEvent><exclusiveGateway id="decide"/>{END}
        <sequenceFlow id="f1" sourceRef="begin" targetRef="ring"/>
        <sequenceFlow id="f2" sourceRef="ring" targetRef="decide"/>
        <sequenceFlow id="f3" sourceRef="decide" targetRef="end">{guard}</sequenceFlow></process>"""
    )


HOUR = timed("hour", "<timeDuration>PT1H</timeDuration>")
# Cannot go on without the variable "open".
STUCK = timed("stuck", "<timeDuration>PT1H</timeDuration>", "open == true")
# A receive task with a non-interrupting timer that fires three times.
REMINDER = _file(
    f"""<process id="reminder" isExecutable="true">{BEGIN}
    <receiveTask id="work" messageRef="M_paid"/>{END}
    <boundaryEvent id="remind" attachedToRef="work" cancelActivity="false"><timerEventDefinition id="t">
      <timeCycle>R3/PT1H</timeCycle></timerEventDefinition></boundaryEvent>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="work"/>
    <sequenceFlow id="f2" sourceRef="work" targetRef="end"/>
    <sequenceFlow id="f3" sourceRef="remind" targetRef="end"/></process>"""
)
