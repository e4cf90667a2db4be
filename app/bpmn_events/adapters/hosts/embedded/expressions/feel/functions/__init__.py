"""The built-in functions of FEEL (DMN 1.5, section 10.3.4), in one module for each kind of value."""

from bpmn_events.adapters.hosts.embedded.expressions.feel.functions import (
    contexts,
    lists,
    numeric,
    ranges,
    strings,
    times,
)
from bpmn_events.adapters.hosts.embedded.expressions.feel.functions.registry import BUILTINS, bind

__all__ = ["BUILTINS", "bind", "contexts", "lists", "numeric", "ranges", "strings", "times"]
