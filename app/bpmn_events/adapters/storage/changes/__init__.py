"""The change feed: one compact row for each write transaction that changes waiting events or open tasks."""
