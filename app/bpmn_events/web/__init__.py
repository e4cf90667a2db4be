"""The edges: HTTP, GraphQL and the pages the server shows. Translates requests into use cases, decides nothing."""
