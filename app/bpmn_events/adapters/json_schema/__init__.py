"""JSON Schema from draft 4 to 2020-12 with jsonschema-rs, in bounded time.

A check of a payload runs in one call that holds the interpreter: while it runs, the server does nothing else. Therefore
each call is bounded:

- ``document`` limits the schema itself, ``graph`` finds its subschemas, and ``costs`` and ``patterns`` estimate the
  cost of a check from above. A schema with which even a small payload could take long is refused when it is deployed.
- ``rewriting`` writes patterns of ECMA-262 for the engine of jsonschema-rs, and ``messages`` quotes them as written.
- ``slow_checks`` checks payloads that could take long in a process of their own.
- ``validators`` decides with ``is_valid``, which stops at the first violation and builds no message.
- ``explanation`` finds violations of an invalid payload: the same as jsonschema-rs reports, but at most 100, and only
  until its allowance is used up.
"""

from bpmn_events.adapters.json_schema.schemas import JsonSchemas

__all__ = ["JsonSchemas"]
