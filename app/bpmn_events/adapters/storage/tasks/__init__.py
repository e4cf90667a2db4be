"""Open tasks: queries and row conversion."""
