"""The HTTP application around GraphQL and REST: routing, authentication, problem documents, health and metrics."""
