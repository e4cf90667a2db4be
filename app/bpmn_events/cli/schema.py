"""Command ``schema``: print the GraphQL schema in the Schema Definition Language."""

import argparse

from bpmn_events.config import Settings
from bpmn_events.web.gql.schema.schema import build_schema


async def schema(settings: Settings, arguments: argparse.Namespace) -> int:
    """Print the GraphQL schema."""
    print(build_schema().as_str())
    return 0
