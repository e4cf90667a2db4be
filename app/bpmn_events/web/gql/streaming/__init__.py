"""Subscriptions over HTTP: GraphQL over Server-Sent Events, and multipart subscriptions."""
