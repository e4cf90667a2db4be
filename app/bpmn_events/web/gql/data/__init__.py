"""Data access of the resolvers: data loaders, connections, cursors."""
