"""Plans compared with graphql-core: the same answers to the byte, errors and their order included."""
