"""GraphQL over HTTP: requests in, responses out."""
