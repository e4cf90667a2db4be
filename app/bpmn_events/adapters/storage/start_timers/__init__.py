"""Start timers: the due times of timer start events, and the retries of those that failed."""
