"""Strongly connected components: what depends on itself, and in which order the rest comes."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

_Node = TypeVar("_Node", bound=Hashable)


def find_components(onward: Mapping[_Node, Iterable[_Node]]) -> tuple[tuple[_Node, ...], ...]:
    """Return the strongly connected components of a graph, those that others lead to first (R. Tarjan, 1972).

    ``onward``: node -> nodes that it leads to, all of them keys too. Those of a component are
    sorted by their text. Iterative: a long chain needs no deep stack.
    """
    index: dict[_Node, int] = {}
    low: dict[_Node, int] = {}
    stack: list[_Node] = []
    on_stack: set[_Node] = set()
    found: list[tuple[_Node, ...]] = []
    for root in onward:
        if root in index:
            continue
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        work = [(root, iter(onward[root]))]
        while work:
            node, rest = work[-1]
            for to in rest:
                if to not in index:
                    index[to] = low[to] = len(index)
                    stack.append(to)
                    on_stack.add(to)
                    work.append((to, iter(onward[to])))
                    break
                if to in on_stack:
                    low[node] = min(low[node], index[to])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    cut = stack.index(node)
                    found.append(tuple(sorted(stack[cut:], key=str)))
                    on_stack.difference_update(stack[cut:])
                    del stack[cut:]
    return tuple(found)
