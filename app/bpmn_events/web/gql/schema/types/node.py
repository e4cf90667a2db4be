"""The interface of everything that ``node`` finds by its id."""

import strawberry


@strawberry.interface(
    description="Anything with an id that is unique over all types (Relay Global Object Identification)."
)
class Node:
    id: strawberry.ID = strawberry.field(description="A prefix that names the type, then a UUIDv7 in hexadecimal.")
