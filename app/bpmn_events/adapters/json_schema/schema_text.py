"""The text of a schema, for the process that checks payloads."""

from typing import NamedTuple


class SchemaText(NamedTuple):
    """The JSON text of a schema, and whether it is read as before drafts and the patterns of ECMA-262 counted."""

    text: bytes
    is_earlier: bool = False
