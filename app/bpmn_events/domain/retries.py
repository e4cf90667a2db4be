"""The first and the longest pause before a timer or an outbox delivery is tried again after a failure.

Each pause is twice the one before.
"""

from datetime import timedelta

FIRST_RETRY = timedelta(seconds=1)
LAST_RETRY = timedelta(hours=1)
