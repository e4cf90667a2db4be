"""The outbox of thrown messages and signals: queries, lookups of receivers and row conversion."""
