"""Executing documents: parsed, checked against limits and permissions, compiled."""
