"""GraphQL over HTTP: schema, resolvers and endpoint. A resolver calls one use case and returns its result."""
