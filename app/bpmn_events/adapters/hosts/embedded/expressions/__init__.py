"""The expression language of conditions, scripts and mappings."""
