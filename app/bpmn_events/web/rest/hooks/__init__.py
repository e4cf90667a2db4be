"""The route for the webhooks of providers."""
