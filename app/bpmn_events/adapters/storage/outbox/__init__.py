"""Messages and signals that were thrown and have yet to be delivered, and who receives them."""
