"""The header ``Accept``: the media types that a client accepts (RFC 9110, section 12.5.1)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bpmn_events.web.http.preferences import parse_quality

_QUOTED = r'"(?:[^"\\]|\\.)*"?'
_ELEMENT = re.compile(rf'(?:[^,"]|{_QUOTED})+')
_PART = re.compile(rf'(?:[^;"]|{_QUOTED})+')
_ESCAPED = re.compile(r"\\(.)")
# Clients send 200 characters. All 64 kB that a header may have would take the event loop for half a second.
_MAX_CHARACTERS = 1000


@dataclass(frozen=True, slots=True)
class MediaRange:
    """An element of the header, such as ``text/*;q=0.5``. Everything but the values of parameters is in lower case."""

    media_type: str
    parameters: Mapping[str, str]
    quality: float

    @property
    def specificity(self) -> int:
        """How exact the range is: 0 for ``*/*``, 1 for ``text/*``, 2 for one media type."""
        return 2 - self.media_type.count("*")

    def includes(self, media_type: str) -> bool:
        """Return True if the media type is in the range. Its parameters do not matter."""
        return self.media_type in (media_type, f"{media_type.partition('/')[0]}/*", "*/*")


def parse_accept(header: str) -> Sequence[MediaRange]:
    """Return the media ranges in their order. A client without the header accepts everything.

    The rest of a header that is too long does not count.
    """
    if len(header) > _MAX_CHARACTERS:
        header = header[:_MAX_CHARACTERS].rpartition(",")[0]
    return [_parse_range(element) for element in _ELEMENT.findall(header) if element.strip(" \t;")] or [_EVERYTHING]


def prefer(ranges: Sequence[MediaRange], offered: Sequence[str]) -> str | None:
    """Return the offered media type with the highest quality, or None if the client accepts none of them.

    If several have it, it is the one that comes first in the header, and then the first of those offered.
    """
    rated = [(media_range, offer) for offer in offered if (media_range := find_range(ranges, offer)) is not None]
    best = max(rated, key=lambda pair: (pair[0].quality, -ranges.index(pair[0])), default=None)
    return None if best is None else best[1]


def find_range(ranges: Sequence[MediaRange], media_type: str) -> MediaRange | None:
    """Return the most specific range that includes the media type; None if it refuses the media type, or without one.

    Parameters of ranges are not compared.
    """
    including = [media_range for media_range in ranges if media_range.includes(media_type)]
    best = max(including, key=lambda media_range: media_range.specificity, default=None)
    return None if best is None or best.quality == 0 else best


def _parse_range(element: str) -> MediaRange:
    media_type, *parts = (part.strip() for part in _PART.findall(element))
    pairs = [part.partition("=") for part in parts]
    parameters = {name.strip().lower(): _unquote(value.strip()) for name, _, value in pairs}
    quality = parse_quality(parameters.pop("q", "1"))
    return MediaRange(media_type.lower(), parameters, quality)


def _unquote(value: str) -> str:
    return _ESCAPED.sub(r"\1", value[1:].removesuffix('"')) if value.startswith('"') else value


_EVERYTHING = MediaRange("*/*", {}, 1.0)
