"""The HTTP application around GraphQL and REST: routing, authentication, problems, health and metrics."""
