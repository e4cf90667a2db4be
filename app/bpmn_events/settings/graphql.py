"""The settings of GraphQL."""

from pathlib import Path

from pydantic import BaseModel, Field


class GraphQLSettings(BaseModel):
    """The limits of GraphQL documents, and what clients may do with them."""

    graphql_max_depth: int = Field(
        15, ge=1, le=100, description="The maximum nesting depth of fields in a GraphQL document."
    )
    graphql_max_aliases: int = Field(50, ge=0, description="The maximum number of aliases in a GraphQL operation.")
    graphql_max_fields: int = Field(1000, ge=1, description="The maximum number of fields in a GraphQL operation.")
    graphql_max_cost: int = Field(
        50_000, ge=1, description="The maximum number of values that a GraphQL response could contain."
    )
    graphql_max_tokens: int = Field(4000, ge=1, description="The maximum number of tokens in a GraphQL document.")
    graphql_max_characters: int = Field(
        100_000,
        ge=1000,
        description="The maximum length of a GraphQL document, in characters. Long values belong in variables.",
    )
    graphql_introspection: bool = Field(
        True,
        description="Whether GraphQL clients can read the schema with `__schema` and `__type`. Without it, GraphiQL "
        "completes nothing and shows no documentation. `__typename` is always answered.",
    )
    graphql_suggestions: bool = Field(
        True,
        description="Whether errors of GraphQL requests suggest names and values of the schema (*Did you mean …?*).",
    )
    graphql_compiled: bool = Field(
        True,
        description="Whether to compile GraphQL operations that are executed again; otherwise graphql-core executes "
        "all of them. The responses are the same.",
    )
    graphql_trusted_documents: Path | None = Field(
        None,
        description='A JSON file of additional trusted GraphQL documents, `{"<SHA-256>": "<text>"}`, that clients can '
        "execute by id. The documents of `graphql/trusted-documents.json` are always trusted.",
    )
    graphql_only_trusted: bool = Field(
        False,
        description="Whether to execute only trusted GraphQL documents, sent by id or as their exact text. There is no "
        "GraphiQL then.",
    )
    graphiql: bool = Field(True, description="Whether to serve the GraphiQL editor to browsers at `/graphql`.")
