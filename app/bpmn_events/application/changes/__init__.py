"""Changes of what waits, delivered to the subscriptions that they concern."""
