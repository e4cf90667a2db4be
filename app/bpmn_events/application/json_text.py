"""JSON as callers send it, read strictly (RFC 8259)."""

from typing import Any

import msgspec

from bpmn_events.domain.payload import violation

_MALFORMED = "JSON is malformed: "


def parse_json(text: bytes | str) -> Any:
    """The value a JSON text stands for.

    Raises:
        InvalidPayload: it is not JSON, not UTF-8, or nested too deeply to be read at all.
    """
    try:
        return msgspec.json.decode(text)
    except UnicodeError:
        raise violation("", "json", "this is not UTF-8") from None
    except RecursionError:
        raise violation("", "maxDepth", "nested too deeply") from None
    except msgspec.ValidationError as error:  # a number no program can hold, such as 1e999
        raise violation("", "number", str(error)) from None
    except msgspec.DecodeError as error:
        reason = str(error)
        where = f": {reason.removeprefix(_MALFORMED)}" if reason.startswith(_MALFORMED) else ""
        raise violation("", "json", f"this is not valid JSON{where}") from None
