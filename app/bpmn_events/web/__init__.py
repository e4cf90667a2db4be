"""HTTP, REST, GraphQL and the server's pages. Translates requests into use cases and holds no business rules."""
