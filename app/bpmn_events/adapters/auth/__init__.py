"""Bearer tokens, and the keys that sign and verify them."""
