"""Inclusive joins: the search for tokens that can still arrive at one (BPMN 2.0.2, section 13.4.3)."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from functools import partial

from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.model.elements import Node

# To follow so many paths from one node to the next is one unit of work.
_NODES_PER_UNIT = 16
# Most instances of a model have few tokens, at the same places. Other searches are done again each time.
_MAX_ANSWERS = 256
_MAX_PLACES = 16


class InclusiveJoins:
    """The inclusive joins of a process.

    A search needs no preparation: it follows the paths ahead of the tokens that are present. Its time is at most
    proportional to the number of nodes and flows.
    """

    def __init__(self, nodes: Mapping[str, Node]) -> None:
        self._nodes = nodes
        self._hosts: dict[str, str] = {}
        self._link_sources: dict[str, list[str]] = {}
        self._answers: dict[tuple[str, frozenset[str], frozenset[str]], bool] = {}
        for node in nodes.values():
            self._hosts.update(dict.fromkeys(node.boundary_events, node.id))
            if node.link_target is not None:
                self._link_sources.setdefault(node.link_target, []).append(node.id)

    def is_blocked(self, join: Node, arrived: Collection[str], places: frozenset[str], evaluation: Evaluation) -> bool:
        """Return True if the join has to wait for one of the tokens at the places, which are ids of other nodes.

        A token that can reach an empty incoming flow of the join blocks it, unless sequence flows lead the token to an
        incoming flow that has a token already (``arrived``). An attached boundary event is no sequence flow: through
        one, a token can block the join, but not unblock it.
        """
        if not places or len(arrived) == len(join.incoming):
            return False
        if len(places) > _MAX_PLACES:
            return self._search(join, arrived, places, evaluation)
        key = (join.id, frozenset(arrived), places)
        answer = self._answers.get(key)
        if answer is None:
            answer = self._search(join, arrived, places, evaluation)
            if len(self._answers) >= _MAX_ANSWERS:
                self._answers.clear()
            self._answers[key] = answer
        return answer

    def _search(self, join: Node, arrived: Collection[str], places: Set[str], evaluation: Evaluation) -> bool:
        walk = partial(self._walk, avoided=join.id, evaluation=evaluation)
        empty = {flow.source for flow in join.incoming if flow.id not in arrived}
        # The part of the process that is ahead of the tokens. The walks back from the join leave out the rest.
        ahead = set(walk(places, self._next))
        if ahead.isdisjoint(empty):
            return False
        blocking = set(places)
        occupied = {flow.source for flow in join.incoming if flow.id in arrived}
        for node_id in walk(occupied, self._previous_by_flows, within=ahead):
            blocking.discard(node_id)
            if not blocking:
                return False
        return any(node_id in blocking for node_id in walk(empty, self._previous, within=ahead))

    def _walk(
        self,
        starts: Iterable[str],
        follow: Callable[[str], Collection[str]],
        *,
        avoided: str,
        evaluation: Evaluation,
        within: Set[str] | None = None,
    ) -> Iterator[str]:
        """Yield each node on the paths from the starts that stay within the nodes and do not visit the avoided one."""
        seen, pending, work = {avoided}, list(starts), 0
        while pending:
            node_id = pending.pop()
            if node_id in seen or (within is not None and node_id not in within):
                continue
            seen.add(node_id)
            yield node_id
            following = follow(node_id)
            pending += following
            work += 1 + len(following)
            if work >= _NODES_PER_UNIT:
                evaluation.tick(work // _NODES_PER_UNIT)
                work %= _NODES_PER_UNIT

    def _next(self, node_id: str) -> Collection[str]:
        node = self._nodes.get(node_id)
        if node is None:  # in a stored model
            return ()
        following = [flow.target for flow in node.outgoing]
        following += node.boundary_events
        if node.link_target is not None:
            following.append(node.link_target)
        return following

    def _previous_by_flows(self, node_id: str) -> Collection[str]:
        """Return the nodes before a node. A pair of link events stands for a sequence flow (section 10.5.5)."""
        node = self._nodes.get(node_id)
        if node is None:
            return ()
        return [flow.source for flow in node.incoming] + self._link_sources.get(node_id, [])

    def _previous(self, node_id: str) -> Collection[str]:
        host = self._hosts.get(node_id)
        return self._previous_by_flows(node_id) if host is None else (host,)
