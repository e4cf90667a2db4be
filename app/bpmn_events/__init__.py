"""BPMN Events: list, trigger and follow the events that running business processes wait for."""
