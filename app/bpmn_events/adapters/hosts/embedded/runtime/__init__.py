"""Runs executable processes: the token game, one step at a time.

A step is one event from outside and all that follows from it, until every token waits again:

1. ``interpreter`` takes the event: it starts an instance, triggers a waiting event, or ends an open task. That sends
   the first tokens on their way.
2. It takes the tokens off the ``agenda`` one by one. Each of them *enters* the node it moves to.
3. What happens there is looked up in a *table*, ``behaviours.table``, by the node's kind. A behaviour lets the token
   go on, or rest and wait, or begin the work of an activity, which it completes once the work is done.
4. Behaviours reach the rest of the execution through the *context*, ``step_context``: it moves and cancels tokens,
   closes scopes, starts and ends instances, and gives access to ``budget``, ``journal`` and ``listeners``. It looks up
   other nodes' behaviours in the same table, so that behaviours need not import one another in a circle.
5. When no token moves, the interpreter *settles* what that decides: events whose condition became true, inclusive
   joins that nothing can reach any more, scopes in which nothing is left. Each may set tokens moving again.

The result is the ``state`` that is stored, and what the journal says has changed. If anything fails, both are thrown
away. ``behaviours`` says where to add a behaviour.
"""
