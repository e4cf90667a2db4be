"""From a BPMN 2.0 file to executable processes."""
