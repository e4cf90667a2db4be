"""The route that triggers many events, with one JSON text for each in the lines of the body (NDJSON)."""
