"""Hooks, and providers that deliver to them."""
