"""Elements of the headers by which clients state preferences (RFC 9110, section 12.4.2)."""


def parse_preference(element: str) -> tuple[str, float]:
    """Return the value in lower case and its quality. A missing or unreadable quality counts as 1."""
    value, *parameters = (part.strip().lower() for part in element.split(";"))
    quality = next((parameter[2:] for parameter in parameters if parameter.startswith("q=")), "1")
    try:
        return value, float(quality)
    except ValueError:
        return value, 1.0
