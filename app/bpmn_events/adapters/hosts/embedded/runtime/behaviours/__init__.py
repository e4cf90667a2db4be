"""What tokens do at each kind of node.

To add a behaviour: give the node a ``Kind`` (``model.elements``), write its functions in the module here that they
belong to, and enter them in ``table``. ``step_context.Behaviour`` says when each function is called.

A module imports only modules of the lines above its own:

- ``waits``, ``plain_events``
- ``gateways``, ``loops``, ``scopes``
- ``activities``
- ``calls``, ``catching``
- ``conditions``, ``errors``, ``throwing``
- ``table``

What needs a behaviour further down asks the context to begin or complete the node.
"""
