"""The object types. A type with an ``is_type_of`` describes a domain object and is never instantiated itself."""
