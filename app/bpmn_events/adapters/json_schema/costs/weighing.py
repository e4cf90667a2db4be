"""The cost of a schema: the most that the checks of one value can take, over all values that a payload can have.

Keywords such as `allOf` and `$ref` apply several schemas to the same value, so their costs add up: a chain of twenty
`allOf` with two equal references each is evaluated a million times. The costs at different values do not add up,
because each value has its own bytes in the payload. Where the same schemas apply again to members of members, their
number may multiply at each depth. In such a recursion jsonschema-rs remembers the results of a schema for a value.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from bpmn_events.adapters.json_schema.costs.cost import NOTHING, Cost, peak, total
from bpmn_events.adapters.json_schema.costs.keyword_costs import (
    errors_at_place,
    inner_cost,
    members_cost,
    place_cost,
)
from bpmn_events.adapters.json_schema.graph.components import components
from bpmn_events.adapters.json_schema.graph.keywords import IN_PLACE, ITEMS, MEMBERS, UNEVALUATED, Schema
from bpmn_events.adapters.json_schema.graph.nodes import Edge, Node, SchemaGraph
from bpmn_events.adapters.json_schema.graph.types import item_types
from bpmn_events.adapters.json_schema.refusal import SchemaRefusal, TooCostly

# In a recursion with several ways to the same value, results that are cheap are computed up to 16 times.
_RECOMPUTED = 16.0
_UNBOUNDED = 1e12
# A payload cannot be deeper than a few times this.
_DEPTH = 64
_MAX_ROUNDS = 60


@dataclass(frozen=True, slots=True)
class Measure:
    """The own costs of a schema, without its subschemas.

    Attributes:
        at_place: The cost at the value that the schema applies to.
        at_member: The cost at each member of the value.
        inside: The cost at every place inside of the value, by the types of its items.
        has_memory: True if the results of a recursive schema for a value are remembered.
    """

    at_place: Callable[[Schema], Cost]
    at_member: Callable[[Schema], Cost]
    inside: Callable[[Schema, frozenset[str]], Cost]
    has_memory: bool


# The nanoseconds of ``is_valid``, and the number of errors that ``iter_errors`` builds.
CHECKING = Measure(place_cost, members_cost, inner_cost, has_memory=True)
EXPLAINING = Measure(errors_at_place, lambda _: NOTHING, lambda *_: NOTHING, has_memory=False)


def weigh(graph: SchemaGraph, refuse: Callable[[Cost], str | None], measure: Measure = CHECKING) -> Cost:
    """Return the cost of a payload with the root of the graph.

    Args:
        graph: The graph.
        refuse: Returns the reason why a cost is not acceptable; None if it is.
        measure: The costs of single schemas.

    Raises:
        SchemaRefusal: The cost is not acceptable; the error names the innermost schema where that is so. Or a schema
            refers to itself without descending into the payload.
    """
    return _Weighing(graph, refuse, measure).run()


def check_in_place_recursion(graph: SchemaGraph) -> list[int]:
    """Return the numbers of the nodes, each after those that it applies to the same value.

    Raises:
        SchemaRefusal: A schema applies itself to the same value.
    """
    targets = [_targets(node, IN_PLACE) for node in graph.nodes]
    order = []
    for component in components(len(targets), targets.__getitem__):
        if len(component) > 1 or component[0] in targets[component[0]]:
            place = min((graph.nodes[index] for index in component), key=lambda node: node.index).place
            raise SchemaRefusal("the schema refers to itself at the same value", place)
        order += component
    return order


class _Weighing:
    def __init__(self, graph: SchemaGraph, refuse: Callable[[Cost], str | None], measure: Measure) -> None:
        size = len(graph.nodes)
        self._measure = measure
        self._recomputed = _RECOMPUTED if measure.has_memory else _UNBOUNDED
        self._nodes = graph.nodes
        self._refuse = refuse
        self._order = check_in_place_recursion(graph)
        self._rank = {index: rank for rank, index in enumerate(self._order)}
        self._height = [0] * size
        # The cost at the value of each node, at one member or item of it, and at every place inside of it.
        self._at_place = [NOTHING] * size
        self._at_member = [NOTHING] * size
        self._inside = [NOTHING] * size
        # The most at any one value from the node on, and the most that adds up on the way to an innermost value.
        self._peaks = [NOTHING] * size
        self._sums = [NOTHING] * size

    def run(self) -> Cost:
        for index in self._order:
            self._weigh_place(self._nodes[index])
            self._check(index, self._at_place[index])
        targets = [[edge.target.index for edge in node.edges] for node in self._nodes]
        for component in components(len(targets), targets.__getitem__):
            component.sort(key=self._rank.__getitem__)
            self._weigh_component(component, targets)
            for index in component:
                self._check(index, self._peaks[index].plus(self._sums[index]))
        return self._peaks[0].plus(self._sums[0])

    def _check(self, index: int, cost: Cost) -> None:
        if (reason := self._refuse(cost)) is not None:
            raise TooCostly(reason, self._nodes[index].place)

    # --- the same value ---

    def _weigh_place(self, node: Node) -> None:
        applied = _targets(node, IN_PLACE)
        height = self._height[node.index] = 1 + max((self._height[index] for index in applied), default=0)
        # To find unevaluated members, the schemas at the same value are evaluated again, at each level.
        again = 1.0 + height * sum(edge.keyword in UNEVALUATED for edge in node.edges)
        at_place = total(self._at_place[index] for index in applied).times(again)
        inside = total(self._inside[index] for index in applied).times(again)
        self._at_place[node.index] = self._measure.at_place(node.schema).plus(at_place)
        self._inside[node.index] = self._measure.inside(node.schema, item_types(node)).plus(inside)

    # --- members and items ---

    def _weigh_component(self, component: list[int], targets: Sequence[Sequence[int]]) -> None:
        members = set(component)
        if not any(target in members for index in component for target in targets[index]):
            self._update(component)
            self._sums[component[0]] = self._inside[component[0]].plus(self._inner_sum(component))
        elif self._becomes_stable(component):
            self._set_sums(component, _DEPTH)
        else:
            self._weigh_branching(component)

    def _becomes_stable(self, component: list[int]) -> bool:
        """Compute the costs of a recursion until they no longer change. Return False if they grow without end."""
        for _ in range(_MAX_ROUNDS):
            before = [self._peaks[index] for index in component]
            self._update(component)
            after = [self._peaks[index] for index in component]
            if before == after:
                return True
            if any(map(self._refuse, after)):
                return False
        return False

    def _weigh_branching(self, component: list[int]) -> None:
        """Weigh a recursion in which a value has several ways from the root: results are remembered for each value."""
        for index in component:
            self._peaks[index] = self._at_member[index] = NOTHING
        cost = self._repeat(total(self._remembered_cost(self._nodes[index], set(component)) for index in component))
        for index in component:
            self._peaks[index] = self._at_member[index] = cost
        self._set_sums(component, _DEPTH * self._recomputed)

    def _remembered_cost(self, node: Node, component: Collection[int]) -> Cost:
        """Return the cost of a schema without those of the recursion, whose results for the same value are known."""
        applied = total(self._at_place[index] for index in _targets(node, IN_PLACE) if index not in component)
        return self._measure.at_place(node.schema).plus(applied).plus(self._member_cost(node, component))

    def _repeat(self, cost: Cost) -> Cost:
        """Return the cost of schemas whose results for a value are computed several times.

        The cheap results are those of few values, so most of the time is that of the calls.
        """
        repeated = cost.times(self._recomputed)
        return repeated._replace(values=2 * cost.values + 1_000) if self._measure.has_memory else repeated

    def _set_sums(self, component: list[int], repetitions: float) -> None:
        inside = total(self._inside[index] for index in component).times(repetitions)
        cost = inside.plus(self._inner_sum(component))
        for index in component:
            self._sums[index] = cost

    def _inner_sum(self, component: list[int]) -> Cost:
        return peak(self._sums[edge.target.index] for index in component for edge in self._nodes[index].edges)

    def _update(self, component: list[int]) -> None:
        for index in component:
            self._at_member[index] = self._member_cost(self._nodes[index])
            self._peaks[index] = peak([self._at_place[index], self._at_member[index]])

    def _member_cost(self, node: Node, ignored: Collection[int] = ()) -> Cost:
        """Return the most for one member or item of the value, of all schemas that the node applies to it."""
        applied = total(self._at_member[index] for index in _targets(node, IN_PLACE) if index not in ignored)
        own = peak([self._object_member(node), self._array_item(node)])
        return own.plus(applied).times(2.0 if any(edge.keyword in UNEVALUATED for edge in node.edges) else 1.0)

    def _object_member(self, node: Node) -> Cost:
        named: dict[str | int | None, list[Cost]] = defaultdict(list)
        each = [self._measure.at_member(node.schema)]
        for edge in node.edges:
            if edge.keyword in ("properties", "additionalProperties"):
                named[edge.key].append(self._cost(edge))
            elif edge.keyword in MEMBERS or edge.keyword == "propertyNames":
                each.append(self._cost(edge))
        return total(each).plus(peak(map(total, named.values())))

    def _array_item(self, node: Node) -> Cost:
        each = [self._cost(edge) for edge in node.edges if edge.keyword in ITEMS and edge.keyword not in _BY_INDEX]
        by_index = peak(self._cost(edge) for edge in node.edges if edge.keyword in _BY_INDEX)
        return total(each).plus(by_index)

    def _cost(self, edge: Edge) -> Cost:
        return self._peaks[edge.target.index]


_BY_INDEX = frozenset({"prefixItems", "items"})


def _targets(node: Node, keywords: frozenset[str]) -> list[int]:
    return [edge.target.index for edge in node.edges if edge.keyword in keywords]
