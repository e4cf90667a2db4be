"""Choices in the file of a hook that do not go together.

They are found in the parsed file, whatever its other mistakes are, so that all mistakes are reported at once.
"""

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from bpmn_events.domain.principal import Permission

Mistake: TypeAlias = tuple[tuple[str | int, ...], str]

TARGETS = ("message", "signal", "event")
_HMAC_KEYS = frozenset({"separator", "encoding", "signed", "timestamp", "tolerance_seconds"})
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# A token (RFC 9110, section 5.1).
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def contradictions(content: dict[str, Any]) -> Iterator[Mistake]:
    """Yield the path and the reason of each contradiction."""
    targets = [name for name in TARGETS if name in content]
    if len(targets) != 1:
        which = " and ".join(f"[{name}]" for name in targets) or "none"
        yield (targets[1],) if targets else (), f"a hook has one of [message], [signal] and [event], here is: {which}"
    if isinstance(signature := content.get("signature"), dict):
        yield from _check_signature(signature)
    if isinstance(caller := content.get("caller"), dict):
        permissions = caller.get("permissions")
        if isinstance(permissions, list) and Permission.EVENTS_TRIGGER.value not in permissions:
            yield ("caller", "permissions"), f"a hook needs the permission {Permission.EVENTS_TRIGGER}"


def _check_signature(signature: dict[str, Any]) -> Iterator[Mistake]:
    if signature.get("method") == "token":
        for key in _HMAC_KEYS & signature.keys():
            yield ("signature", key), 'does not go with `method = "token"`, which signs nothing'
        return
    timestamp = signature.get("timestamp")
    signed = signature.get("signed", "{body}")
    if isinstance(signed, str):
        yield from _check_template(signed, has_timestamp=timestamp is not None)
    if "tolerance_seconds" in signature and timestamp is None:
        yield ("signature", "tolerance_seconds"), "needs the key `timestamp`"
    if isinstance(timestamp, dict):
        if ("header" in timestamp) == ("prefix" in timestamp):
            yield ("signature", "timestamp"), "has either the key `header` or the key `prefix`"
        if "prefix" in timestamp and not signature.get("separator"):
            yield ("signature", "timestamp"), "a timestamp beside the signature needs the key `separator`"
        prefix = timestamp.get("prefix")
        if isinstance(prefix, str) and str(signature.get("prefix", "")).startswith(prefix):
            yield ("signature", "timestamp"), "has a prefix with which signatures begin, too"


def _check_template(signed: str, *, has_timestamp: bool) -> Iterator[Mistake]:
    path = ("signature", "signed")
    names = _PLACEHOLDER.findall(signed)
    for name in names:
        if name not in ("body", "timestamp") and not _is_header(name):
            yield path, f"there is no {{{name}}}, but there are {{body}}, {{timestamp}} and {{header:NAME}}"
    if re.search(r"[{}]", _PLACEHOLDER.sub("", signed)):
        yield path, "has a brace that is not part of a placeholder"
    if "body" not in names:
        yield path, "lacks {body}: anybody could replace the body"
    if names.count("body") > 1:
        yield path, "has {body} more than once"
    if has_timestamp and "timestamp" not in names:
        yield path, "lacks {timestamp}: anybody could replace the timestamp"
    if "timestamp" in names and not has_timestamp:
        yield path, "has {timestamp}, which needs the key `timestamp`"


def _is_header(placeholder: str) -> bool:
    kind, _, name = placeholder.partition(":")
    return kind == "header" and HEADER_NAME.fullmatch(name) is not None
