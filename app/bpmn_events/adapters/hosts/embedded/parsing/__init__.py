"""The parser that builds executable processes from BPMN 2.0 files."""
