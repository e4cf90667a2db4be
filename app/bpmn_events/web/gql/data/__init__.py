"""What resolvers read: data loaders, pages, cursors."""
