"""The meanings of BPMN files.

A meaning is a set of rules by which the engine reads a file. Each version of a process model keeps the meaning that it
was deployed with: a running process never changes its behavior because the server was upgraded. A new meaning gets the
next number when the engine begins to read something in a file differently, or to refuse it.

- 1: the rules until the revision 0005 of the database.
- 2: data associations copy values; call activities of Camunda 7 files pass only what their mappings name; cycles of
  timers keep to their grid; extensions that would change what happens are refused; expressions with a leading `=` are
  FEEL in files of zeebe.
"""

FIRST = 1
CURRENT = 2
