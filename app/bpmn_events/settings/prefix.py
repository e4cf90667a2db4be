"""The prefix of the names of all settings in the environment."""

PREFIX = "BPMN_EVENTS_"
