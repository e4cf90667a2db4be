"""Payload schemas of model versions that were deployed before their `$schema` counted."""

from typing import Any


class EarlierSchema(dict[str, Any]):
    """A schema of a model version of the first meaning: one of 2020-12, whatever draft it declares.

    Its patterns are not those of ECMA-262 in all details: `.` matches a carriage return, for instance.
    """
