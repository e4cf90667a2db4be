"""Webhooks of providers at running servers."""
