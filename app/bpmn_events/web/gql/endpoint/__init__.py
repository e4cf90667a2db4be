"""The HTTP side of GraphQL: request parsing, responses and the GraphiQL editor."""
