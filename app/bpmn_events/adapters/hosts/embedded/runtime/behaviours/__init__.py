"""What tokens do at each kind of node."""
