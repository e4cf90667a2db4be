"""SQL that each database writes in its own way, and the pages and ranges made of it."""
