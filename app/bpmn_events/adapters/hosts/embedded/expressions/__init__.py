"""The expression language of conditions, timers, scripts and mappings."""
