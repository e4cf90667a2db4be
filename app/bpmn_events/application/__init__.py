"""The use cases, one file each, and the ports they need. Knows the domain, no framework and no database."""
