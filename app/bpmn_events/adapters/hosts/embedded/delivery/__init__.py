"""Delivery of messages and signals: the choice of receivers, and their triggering inside one transaction."""
