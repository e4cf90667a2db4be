"""The interface of all objects that the root field ``node`` returns."""

import strawberry


@strawberry.interface(
    description="An object with an id that is unique over all types (Relay Global Object Identification)."
)
class Node:
    id: strawberry.ID = strawberry.field(description="Unique id: a prefix for the type, then a UUIDv7 in hexadecimal.")
