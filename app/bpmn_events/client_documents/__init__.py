"""The GraphQL schema and the documents for clients, as files.

``hatch_build.py`` puts them into this package in a wheel. The source tree has them in its top folder only, because two
copies would have to be kept equal.
"""

from pathlib import Path

_IN_WHEEL = Path(__file__).parent
_IN_SOURCE_TREE = Path(__file__).parents[3]


def folder() -> Path:
    """Return the folder with ``schema.graphql``, and ``graphql/`` with operations and trusted documents."""
    return _IN_WHEEL if (_IN_WHEEL / "schema.graphql").exists() else _IN_SOURCE_TREE
