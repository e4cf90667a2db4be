"""The object types.

A type with an ``is_type_of`` describes a domain object or an outcome, from which its fields read. It is never
instantiated itself.
"""
