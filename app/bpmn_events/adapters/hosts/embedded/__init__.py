"""Process host with an embedded engine: a token interpreter for BPMN 2.0.2, pure functions over a small state."""
