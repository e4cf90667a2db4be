"""``schema``: the GraphQL schema in the Schema Definition Language."""

import argparse

from app.config import Settings
from app.web.gql.schema import build_schema


async def schema(settings: Settings, arguments: argparse.Namespace) -> int:
    print(build_schema().as_str())
    return 0
