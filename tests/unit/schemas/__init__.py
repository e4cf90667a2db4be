"""Tests of payload schemas: their costs, their refusals and the violations of payloads."""
