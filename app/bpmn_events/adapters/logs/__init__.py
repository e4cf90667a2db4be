"""The log of a server process: lines for people or programs, on stderr."""
