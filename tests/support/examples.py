"""The number of examples of random tests, which ``.ci/long`` multiplies."""

import os

_FACTOR = int(os.environ.get("EXAMPLES_FACTOR", "1"))


def examples(count: int) -> int:
    """Return the number of examples to try: ``count``, times the environment variable ``EXAMPLES_FACTOR``."""
    return count * _FACTOR
