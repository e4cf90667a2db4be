"""GraphQL over WebSocket, with the subprotocol graphql-transport-ws."""
