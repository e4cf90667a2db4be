"""Commands that operators run on the database as a whole."""
