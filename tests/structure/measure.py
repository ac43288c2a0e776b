"""What is counted of a package of Python: circles, upward arrows, sizes, names, and what is not documented.

Imports inside functions count like all others, and so do those that are for types alone: what a reader must know is the
same.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import grimp

LINES_OF_A_FILE = 600
LINES_OF_A_FUNCTION = 60
LINES_OF_A_NOTION = 40
"""A file with fewer is perhaps a part of its neighbour's notion."""

MIGRATIONS = "migrations"
"""Files in a folder of this name are written by a program, once: they count for no size and no name."""

Edges = Mapping[str, frozenset[str]]
"""What each module imports."""


@dataclass(frozen=True, slots=True)
class Order:
    """Which package may import which: those of a layer any of a lower one, and nothing beside or above it.

    ``layers``: names, the lowest layer first. ``places``: the name under which a module and all below it stand; the
    longest that fits holds, and what fits none stands in the lowest layer.
    """

    layers: Sequence[frozenset[str]]
    places: Mapping[str, str]
    lowest: str

    def place(self, module: str) -> str:
        """Return the name under which ``module`` stands."""
        fitting = [start for start in self.places if module == start or module.startswith(start + ".")]
        return self.places[max(fitting, key=len)] if fitting else self.lowest

    def is_upward(self, importer: str, imported: str) -> bool:
        """Whether the arrow from the module ``importer`` to ``imported`` points up, or to a peer."""
        here, there = self.place(importer), self.place(imported)
        return here != there and self._height(there) >= self._height(here)

    def _height(self, name: str) -> int:
        return next(height for height, layer in enumerate(self.layers) if name in layer)


@dataclass(frozen=True, slots=True)
class Measure:
    """One number that is counted. ``found``: what it counts, a line each, the worst first.

    ``is_held``: it may only fall, down to ``goal``; else it is shown alone. ``is_share``: a part of all, in percent,
    which falls when something else grows: it need not be written down each time.
    """

    name: str
    said: str
    number: int
    goal: int
    found: tuple[str, ...] = ()
    is_held: bool = True
    is_share: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A file of the source: its path in the package's folder, how many lines it has, and what is in it."""

    path: Path
    lines: int
    tree: ast.Module

    @property
    def is_migration(self) -> bool:
        """Whether a program wrote it."""
        return MIGRATIONS in self.path.parts


def measure(folder: Path, order: Order) -> list[Measure]:
    """Return what is counted of the package in ``folder``, which can be imported under the folder's name."""
    files = list(_files(folder))
    edges = imports(folder.name)
    written = [file for file in files if not file.is_migration]
    return [
        _circles_of_packages(edges, folder.name),
        _circles_of_modules(edges, folder.name),
        _upward(edges, order, folder.name),
        _largest(files),
        _long_files(written),
        _long_functions(written),
        _names_used_twice(written),
        _without_docstring(written),
        _short_files(written),
    ]


def imports(package: str) -> Edges:
    """Return what each module of ``package`` imports of it, wherever in the file it does."""
    graph = grimp.build_graph(package, cache_dir=None)
    return {module: frozenset(graph.find_modules_directly_imported_by(module)) for module in graph.modules}


# --- circles -------------------------------------------------------------------------------------------------


def circles(edges: Edges) -> list[tuple[str, ...]]:
    """Return the groups of nodes that all reach each other, each sorted (Tarjan 1972, without recursion)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    found: list[tuple[str, ...]] = []
    for start in sorted(edges):
        if start in number:
            continue
        open_nodes = [(start, iter(sorted(edges[start])))]
        number[start] = low[start] = len(number)
        path.append(start)
        on_path.add(start)
        while open_nodes:
            node, rest = open_nodes[-1]
            for other in rest:
                if other not in number:
                    number[other] = low[other] = len(number)
                    path.append(other)
                    on_path.add(other)
                    open_nodes.append((other, iter(sorted(edges.get(other, ())))))
                    break
                if other in on_path:
                    low[node] = min(low[node], number[other])
            else:
                open_nodes.pop()
                if open_nodes:
                    above = open_nodes[-1][0]
                    low[above] = min(low[above], low[node])
                if low[node] == number[node]:
                    group = path[path.index(node) :]
                    del path[path.index(node) :]
                    on_path.difference_update(group)
                    if len(group) > 1:
                        found.append(tuple(sorted(group)))
    return found


def siblings(edges: Edges, package: str) -> Edges:
    """Return the arrows between what stands directly in ``package``, where each package is taken as one whole."""
    start = package + "."

    def child(module: str) -> str:
        return start + module.removeprefix(start).partition(".")[0]

    between: dict[str, set[str]] = defaultdict(set)
    for importer, imported in edges.items():
        if importer.startswith(start):
            targets = {child(one) for one in imported if one.startswith(start)}
            between[child(importer)] |= targets - {child(importer)}
    return {node: frozenset(targets) for node, targets in between.items()}


def _packages(edges: Edges) -> set[str]:
    return {module.rpartition(".")[0] for module in edges} - {""}


def _circles_of_packages(edges: Edges, root: str) -> Measure:
    packages = _packages(edges)
    found = [
        circle
        for package in sorted(packages)
        for circle in circles(siblings(edges, package))
        if not packages.isdisjoint(circle)  # of modules alone, the other number tells
    ]
    return _circled("packages", "packages in circles", found, root)


def _circles_of_modules(edges: Edges, root: str) -> Measure:
    return _circled("modules", "modules in circles", circles(edges), root)


def _circled(name: str, said: str, found: Iterable[tuple[str, ...]], root: str) -> Measure:
    largest_first = sorted(found, key=len, reverse=True)
    lines = tuple(" <-> ".join(_short(one, root) for one in circle) for circle in largest_first)
    return Measure(name, said, sum(map(len, largest_first)), 0, lines)


def _upward(edges: Edges, order: Order, root: str) -> Measure:
    arrows = [(importer, one) for importer, targets in sorted(edges.items()) for one in sorted(targets)]
    found = tuple(
        f"{order.place(a)} -> {order.place(b)}: {_short(a, root)} imports {_short(b, root)}"
        for a, b in arrows
        if order.is_upward(a, b)
    )
    return Measure("upward", "upward arrows", len(found), 0, tuple(sorted(found)))


def _short(module: str, root: str) -> str:
    return module.removeprefix(root + ".")


# --- sizes ---------------------------------------------------------------------------------------------------


def _files(folder: Path) -> Iterator[File]:
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        yield File(path.relative_to(folder), text.count("\n"), ast.parse(text))


def _largest(files: Iterable[File]) -> Measure:
    lines: dict[str, int] = defaultdict(int)
    for file in files:
        if len(file.path.parts) > 1:
            lines[file.path.parts[0]] += file.lines
        else:
            lines["(no package)"] += file.lines
    everything = sum(lines.values())
    shares = {name: round(100 * number / everything) for name, number in lines.items()}
    ordered = sorted(lines, key=lambda name: lines[name], reverse=True)
    found = tuple(f"{name}: {lines[name]:,} of {everything:,} lines, {shares[name]}%" for name in ordered)
    return Measure("largest", "largest package", shares[ordered[0]], 20, found, is_share=True)


def _long_files(files: Iterable[File]) -> Measure:
    found = sorted(((file.lines, str(file.path)) for file in files if file.lines > LINES_OF_A_FILE), reverse=True)
    return _sized("files", f"files over {LINES_OF_A_FILE} lines", found)


def _short_files(files: Iterable[File]) -> Measure:
    found = sorted((file.lines, str(file.path)) for file in files if file.lines < LINES_OF_A_NOTION)
    lines = tuple(f"{path}: {number} lines" for number, path in found)
    return Measure("small", f"files under {LINES_OF_A_NOTION} lines", len(lines), 0, lines, is_held=False)


def _long_functions(files: Iterable[File]) -> Measure:
    found = [
        ((node.end_lineno or node.lineno) - node.lineno + 1, f"{file.path}:{node.lineno} {node.name}")
        for file in files
        for node in ast.walk(file.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    long = sorted((one for one in found if one[0] > LINES_OF_A_FUNCTION), reverse=True)
    return _sized("functions", f"functions over {LINES_OF_A_FUNCTION} lines", long)


def _sized(name: str, said: str, found: Sequence[tuple[int, str]]) -> Measure:
    return Measure(name, said, len(found), 0, tuple(f"{what}: {number} lines" for number, what in found))


# --- names and docstrings ------------------------------------------------------------------------------------


def _names_used_twice(files: Iterable[File]) -> Measure:
    """Count the classes at the top of a file of which an earlier file has one of the same name."""
    where: dict[str, list[str]] = defaultdict(list)
    for file in files:
        for node in file.tree.body:
            if isinstance(node, ast.ClassDef):
                where[node.name].append(str(file.path))
    twice = {name: places for name, places in where.items() if len(places) > 1}
    ordered = sorted(twice.items(), key=lambda one: (-len(one[1]), one[0]))
    found = tuple(f"{name}: {', '.join(places)}" for name, places in ordered)
    return Measure("names", "class names used again", sum(len(places) - 1 for places in twice.values()), 0, found)


def _without_docstring(files: Iterable[File]) -> Measure:
    found = tuple(f"{file.path}:{line} {name}" for file in files for name, line in _undocumented(file.tree.body))
    return Measure("docstrings", "public functions without a docstring", len(found), 0, found)


def _undocumented(body: Iterable[ast.stmt], of: str = "") -> Iterator[tuple[str, int]]:
    """Yield public functions without a docstring, and such methods of public classes."""
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _undocumented(node.body, of=f"{node.name}.")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            is_public = not node.name.startswith("_")
            if is_public and ast.get_docstring(node) is None:
                yield f"{of}{node.name}", node.lineno
