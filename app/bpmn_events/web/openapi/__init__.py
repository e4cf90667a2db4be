"""The OpenAPI 3.1 document of the plain HTTP API, built from the descriptions of its routes."""
