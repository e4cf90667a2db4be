"""Process models for tests with a server process."""

from tests.conformance.drawing import draw

TWO_STEPS = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">
  <message id="M1" name="first"/>
  <message id="M2" name="second"/>
  <process id="two-steps" isExecutable="true">
    <startEvent id="begin"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="first"/>
    <intermediateCatchEvent id="first"><messageEventDefinition id="d1" messageRef="M1"/></intermediateCatchEvent>
    <sequenceFlow id="f2" sourceRef="first" targetRef="second"/>
    <intermediateCatchEvent id="second"><messageEventDefinition id="d2" messageRef="M2"/></intermediateCatchEvent>
    <sequenceFlow id="f3" sourceRef="second" targetRef="end"/>
    <endEvent id="end"/>
  </process>
</definitions>
"""

_LONG_TEXT = "join(split(join(split(x + x + x + x, 'a'), 'c'), 'b'), 'd')"
_LONG_SCRIPT = "x = '" + "ab" * 500 + "'; " + "; ".join(f"x{number} = {_LONG_TEXT}" for number in range(45))


def endless(begin: str, key: str = "endless") -> str:
    """Return a model that computes without end, once the element ``Begin`` with this definition has happened."""
    drawing = (
        f"start > Begin > Merge > Compute > Merge\nBegin: {begin}\nMerge: exclusiveGateway\n"
        f'Compute: scriptTask script="{_LONG_SCRIPT}"\n'
    )
    return draw(drawing, key)
