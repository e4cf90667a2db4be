"""Interpreter of executable processes: moves tokens, one step at a time.

A step is one event from outside and all its consequences, until every token waits again:

1. ``interpreter`` takes the event: it starts an instance, triggers a waiting event, or ends an open task. This puts
   the first tokens on the ``agenda``.
2. It takes the tokens off the agenda one by one. Each token *enters* the node it moves to.
3. ``behaviors.table`` has the behavior for the node's kind. A behavior passes the token on, lets it wait at the
   node, or begins an activity, and completes the activity once its work is done.
4. Behaviors change the execution through the *context*, ``step_context``: it moves and cancels tokens, closes scopes,
   starts and ends instances, and gives access to ``budget``, ``journal`` and ``listeners``. It looks up the behaviors
   of other nodes in the same table, so behaviors need not import one another in a circle.
5. When no token moves, the interpreter *settles* the execution: it triggers events whose condition became true, fires
   inclusive joins that no further token can reach, and completes empty scopes. Each of these may move tokens again.

The result is the ``state`` to be stored, and the changes in the journal. If anything fails, both are dropped.
``behaviors`` explains how to add a behavior.
"""
