"""Messages and signals on their way: who receives them, and handing them over inside one transaction."""
