"""Execution of subscriptions: streams of payloads, encoded once for all subscribers that receive the same."""
