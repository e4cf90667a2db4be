"""The description of the plain HTTP API (OpenAPI 3.1), made from what stands beside each route."""
