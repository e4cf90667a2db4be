"""Targets of a `zeebe:ioMapping` that are members of a variable, such as `customer.address.city`."""

from collections.abc import Sequence

from bpmn_events.adapters.hosts.embedded.expressions.composition import Assignment, assigned
from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression
from bpmn_events.adapters.hosts.embedded.model.elements import VariableMapping


def set_members(targets: Sequence[tuple[str, Expression]], *, keeps_members: bool) -> list[VariableMapping]:
    """Return one mapping for each variable, which sets all its members, in the order of the first target in each.

    With ``keeps_members``, a variable that exists keeps its other members.
    """
    assignments: dict[str, list[Assignment]] = {}
    for target, source in targets:
        names = target.split(".")
        variable, *path = names if all(names) else [target]  # an empty name was refused
        assignments.setdefault(variable, []).append(Assignment(tuple(path), source))
    return [
        VariableMapping(assigned(variable, each, keeps_members=keeps_members), variable)
        for variable, each in assignments.items()
    ]
