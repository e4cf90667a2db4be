"""Process models for tests with a server process."""

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
