"""The settings by topic. ``bpmn_events.config`` reads them together."""
