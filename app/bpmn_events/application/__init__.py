"""The use cases, one file each, and the ports they need. Imports the domain, no framework and no database."""
