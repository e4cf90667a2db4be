"""Hooks: the webhooks of providers, which become messages, signals and triggers."""
