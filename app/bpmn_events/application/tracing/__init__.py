"""The parts of the application with spans, which the composition root takes in place of the plain ones."""
