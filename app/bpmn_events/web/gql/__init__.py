"""The GraphQL edge: one schema, executed over HTTP. Resolvers unpack, call one use case, and return."""
