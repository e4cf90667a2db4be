"""The embedded engine: a token interpreter for BPMN 2.0.2 processes, pure functions over a small state."""
