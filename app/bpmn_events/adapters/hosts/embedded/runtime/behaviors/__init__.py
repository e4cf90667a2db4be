"""Behaviors of tokens at each kind of node.

To add a behavior, give the node a ``NodeKind`` (``model.elements``), write its functions in one of these modules, and
add them to ``table``. ``step_context.Behavior`` explains when each function is called.

A module imports only modules of the lines above its own:

- ``waits``, ``plain_events``, ``completions``
- ``gateways``, ``loops``, ``scopes``
- ``activities``
- ``calls``, ``catching``, ``compensation``
- ``conditions``, ``errors``, ``throwing``
- ``table``

A behavior that needs one further down calls ``begin`` or ``complete`` of the context.
"""
