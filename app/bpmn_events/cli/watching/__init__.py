"""The option ``--watch`` of the command ``events``: the waiting events, as they change."""
