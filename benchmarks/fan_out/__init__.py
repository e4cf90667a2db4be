"""The delivery of changes to many subscribers."""
