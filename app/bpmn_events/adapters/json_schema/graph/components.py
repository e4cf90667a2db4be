"""Strongly connected components of a graph."""

from collections.abc import Callable, Iterator, Sequence


def components(size: int, successors: Callable[[int], Sequence[int]]) -> list[list[int]]:
    """Return the strongly connected components, each after all components that it leads to (Tarjan 1972).

    It uses no recursion: a chain of references may be longer than Python's stack.
    """
    return _Search(size, successors).run()


class _Search:
    def __init__(self, size: int, successors: Callable[[int], Sequence[int]]) -> None:
        self._size = size
        self._successors = successors
        self._number: dict[int, int] = {}
        self._lowest: dict[int, int] = {}
        self._open: list[int] = []
        self._is_open = [False] * size
        self._components: list[list[int]] = []

    def run(self) -> list[list[int]]:
        for start in range(self._size):
            if start not in self._number:
                self._visit(start)
        return self._components

    def _visit(self, start: int) -> None:
        way = [(start, self._enter(start))]
        while way:
            node, pending = way[-1]
            successor = next(pending, None)
            if successor is None:
                way.pop()
                self._leave(node)
                if way:
                    self._reach(way[-1][0], self._lowest[node])
            elif successor not in self._number:
                way.append((successor, self._enter(successor)))
            elif self._is_open[successor]:
                self._reach(node, self._number[successor])

    def _enter(self, node: int) -> Iterator[int]:
        self._number[node] = self._lowest[node] = len(self._number)
        self._open.append(node)
        self._is_open[node] = True
        return iter(self._successors(node))

    def _reach(self, node: int, number: int) -> None:
        self._lowest[node] = min(self._lowest[node], number)

    def _leave(self, node: int) -> None:
        if self._lowest[node] != self._number[node]:
            return
        component: list[int] = []
        while not component or component[-1] != node:
            component.append(self._open.pop())
            self._is_open[component[-1]] = False
        self._components.append(component)
