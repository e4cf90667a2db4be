"""A compiler that turns GraphQL operations into plans for graphql-core.

A server that executes the same few documents over and over makes graphql-core derive the same facts each time: the
fields of a selection, their resolvers, and how to complete their values. ``compile_operation`` derives them once and
writes them down as Python functions, one for each selection set and object type. ``Plan.execute`` runs them.

The functions handle the common case only: a value of the expected class, and no failure. For any other value they call
the methods of graphql-core's own ``Executor``, for that one value at that path. Errors with their paths and order, null
propagation and awaitables are therefore graphql-core's by construction.

This package imports graphql-core and the standard library, and nothing else.
"""

from bpmn_events.compiler.hints import ATTRIBUTE, CONTEXT_RESOLVER, PYTHON_CLASS, SOURCE
from bpmn_events.compiler.plan import CoercedVariables, Plan, compile_operation
from bpmn_events.compiler.program import ErrorOptions

__all__ = [
    "ATTRIBUTE",
    "CONTEXT_RESOLVER",
    "PYTHON_CLASS",
    "SOURCE",
    "CoercedVariables",
    "ErrorOptions",
    "Plan",
    "compile_operation",
]
