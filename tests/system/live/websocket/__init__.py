"""Tests of GraphQL over WebSocket, over real sockets."""
