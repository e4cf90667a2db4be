"""Readers of published descriptions of BPMN and its extensions: what may stand where in a file."""
