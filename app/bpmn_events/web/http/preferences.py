"""Elements of the headers by which clients state preferences (RFC 9110, section 12.4.2)."""


def parse_preference(element: str) -> tuple[str, float]:
    """Return the value in lower case and its quality, which is 1 if it is missing."""
    value, *parameters = (part.strip().lower() for part in element.split(";"))
    return value, parse_quality(next((parameter[2:] for parameter in parameters if parameter.startswith("q=")), "1"))


def parse_quality(text: str) -> float:
    """Return the quality, from 0 to 1. An unreadable one counts as 1, and ``nan`` as 0."""
    try:
        quality = float(text)
    except ValueError:
        return 1.0
    return quality if 0 <= quality <= 1 else float(quality > 1)
