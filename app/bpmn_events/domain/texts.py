"""Texts as a search compares them."""


def normalize_text(text: str) -> str:
    """Return the text as a search compares it: case-folded, with single spaces between words."""
    return " ".join(text.casefold().split())
