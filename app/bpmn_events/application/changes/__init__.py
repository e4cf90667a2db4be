"""Changes of waiting events, triggers and open tasks, delivered to the subscriptions that they concern."""
