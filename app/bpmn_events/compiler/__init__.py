"""GraphQL operations compiled into plans, for graphql-core.

A server that executes the same few documents over and over pays graphql-core for working out the same each time: which
fields a selection has, what resolves them, how their values are completed. ``compile_operation`` works it out once and
writes it down as Python functions, one for each selection set and object type. ``Plan.execute`` runs them.

The functions only know the common case: a value of the expected class, no failure. For everything else they call the
methods of graphql-core's own ``Executor``, for that one value and at that place, so that errors, their paths and their
order, null propagation and awaitables are graphql-core's by construction.

This package knows graphql-core and the standard library, and nothing else.
"""

from bpmn_events.compiler.hints import ATTRIBUTE, CONTEXT_RESOLVER, PYTHON_CLASS
from bpmn_events.compiler.plan import Plan, compile_operation

__all__ = ["ATTRIBUTE", "CONTEXT_RESOLVER", "PYTHON_CLASS", "Plan", "compile_operation"]
