"""The GraphQL schema: object types, inputs, unions and root fields, declared with Strawberry."""
