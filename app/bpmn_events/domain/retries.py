"""How long to wait before what failed is tried again: a pause that doubles, up to an hour."""

from datetime import timedelta

FIRST_RETRY = timedelta(seconds=1)
LAST_RETRY = timedelta(hours=1)
