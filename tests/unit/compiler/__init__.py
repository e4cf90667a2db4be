"""Plans compared with graphql-core: the responses are the same byte by byte, including errors and their order."""
