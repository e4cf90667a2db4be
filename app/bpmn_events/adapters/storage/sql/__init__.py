"""SQL building blocks: dialect-specific predicates, access paths and keyset pagination."""
