"""Small process models, each for one behaviour of the API."""

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:events="urn:bpmn-events:1"
    targetNamespace="urn:test">
  <message id="M_payment" name="payment"/>
  <message id="M_shipment" name="shipment"/>
  <message id="M_go" name="go"/>
"""


def _file(body: str) -> str:
    return f"{_HEAD}{body}</definitions>"


# Waits for three events at once: a message with a schema in one lane, a message in another lane, a timer in none.
ORDER = _file("""
  <process id="order" name="Order" isExecutable="true">
    <laneSet id="lanes">
      <lane id="L1" name="Finance"><flowNodeRef>pay</flowNodeRef></lane>
      <lane id="L2" name="Warehouse"><flowNodeRef>ship</flowNodeRef></lane>
    </laneSet>
    <startEvent id="begin"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="split"/>
    <parallelGateway id="split"/>
    <sequenceFlow id="f2" sourceRef="split" targetRef="pay"/>
    <sequenceFlow id="f3" sourceRef="split" targetRef="ship"/>
    <sequenceFlow id="f4" sourceRef="split" targetRef="remind"/>
    <intermediateCatchEvent id="pay" name="Payment received">
      <extensionElements><events:payloadSchema>
        {"type": "object", "required": ["amount"], "properties": {"amount": {"type": "integer", "minimum": 1}}}
      </events:payloadSchema></extensionElements>
      <messageEventDefinition id="d1" messageRef="M_payment"/>
    </intermediateCatchEvent>
    <intermediateCatchEvent id="ship"><messageEventDefinition id="d2" messageRef="M_shipment"/></intermediateCatchEvent>
    <intermediateCatchEvent id="remind">
      <timerEventDefinition id="d3"><timeDuration>PT1H</timeDuration></timerEventDefinition>
    </intermediateCatchEvent>
    <sequenceFlow id="f5" sourceRef="pay" targetRef="join"/>
    <sequenceFlow id="f6" sourceRef="ship" targetRef="join"/>
    <sequenceFlow id="f7" sourceRef="remind" targetRef="join"/>
    <parallelGateway id="join"/>
    <sequenceFlow id="f8" sourceRef="join" targetRef="end"/>
    <endEvent id="end"/>
  </process>
""")

# Continues only with the payload way == "right"; otherwise it fails after the event.
BRITTLE = _file("""
  <process id="brittle" isExecutable="true">
    <startEvent id="begin"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="wait"/>
    <intermediateCatchEvent id="wait"><messageEventDefinition id="d1" messageRef="M_go"/></intermediateCatchEvent>
    <sequenceFlow id="f2" sourceRef="wait" targetRef="decide"/>
    <exclusiveGateway id="decide"/>
    <sequenceFlow id="f3" sourceRef="decide" targetRef="end">
      <conditionExpression>way == "right"</conditionExpression>
    </sequenceFlow>
    <endEvent id="end"/>
  </process>
""")

# Waits, and then calls an order.
CALLER = _file("""
  <process id="caller" isExecutable="true">
    <startEvent id="begin"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="wait"/>
    <intermediateCatchEvent id="wait"><messageEventDefinition id="d1" messageRef="M_go"/></intermediateCatchEvent>
    <sequenceFlow id="f2" sourceRef="wait" targetRef="call"/>
    <callActivity id="call" calledElement="order"/>
    <sequenceFlow id="f3" sourceRef="call" targetRef="end"/>
    <endEvent id="end"/>
  </process>
""")

# Fails before it reaches a waiting event.
STILLBORN = _file("""
  <process id="stillborn" isExecutable="true">
    <startEvent id="begin"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="call"/>
    <callActivity id="call" calledElement="nowhere"/>
    <sequenceFlow id="f2" sourceRef="call" targetRef="end"/>
    <endEvent id="end"/>
  </process>
""")

# An event behind an event-based gateway cancels its sibling.
CHOICE = _file("""
  <process id="choice" isExecutable="true">
    <startEvent id="begin"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="gate"/>
    <eventBasedGateway id="gate"/>
    <sequenceFlow id="f2" sourceRef="gate" targetRef="one"/>
    <sequenceFlow id="f3" sourceRef="gate" targetRef="other"/>
    <intermediateCatchEvent id="one"><messageEventDefinition id="d1" messageRef="M_go"/></intermediateCatchEvent>
    <intermediateCatchEvent id="other"><messageEventDefinition id="d2" messageRef="M_payment"/></intermediateCatchEvent>
    <sequenceFlow id="f4" sourceRef="one" targetRef="end"/>
    <sequenceFlow id="f5" sourceRef="other" targetRef="end"/>
    <endEvent id="end"/>
  </process>
""")

# Waits for a thousand events at once.
CROWD = _file("""
  <process id="crowd" isExecutable="true">
    <startEvent id="begin"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="wait"/>
    <receiveTask id="wait" messageRef="M_go">
      <multiInstanceLoopCharacteristics><loopCardinality>1000</loopCardinality></multiInstanceLoopCharacteristics>
    </receiveTask>
    <sequenceFlow id="f2" sourceRef="wait" targetRef="end"/>
    <endEvent id="end"/>
  </process>
""")

# A user task in a lane, then an external task, then a message.
APPROVAL = _file("""
  <process id="approval" isExecutable="true">
    <laneSet id="lanes"><lane id="L1" name="Boss"><flowNodeRef>approve</flowNodeRef></lane></laneSet>
    <startEvent id="begin"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="approve"/>
    <userTask id="approve" name="Approve it"/>
    <sequenceFlow id="f2" sourceRef="approve" targetRef="book"/>
    <serviceTask id="book" name="Book it"/>
    <sequenceFlow id="f3" sourceRef="book" targetRef="wait"/>
    <intermediateCatchEvent id="wait"><messageEventDefinition id="d1" messageRef="M_go"/></intermediateCatchEvent>
    <sequenceFlow id="f4" sourceRef="wait" targetRef="end"/>
    <endEvent id="end"/>
  </process>
""")
