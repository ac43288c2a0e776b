"""The data map as a picture, drawn by the server for a narrow screen: systems at the left, third parties at the right.

Lines at the left join systems in which people are found by the same identity; those to the right are data going out.
The table beside it says the same, so that nothing is to be seen in the picture alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from bailee.views.map import MapDrawing, Node, SharedIdentity

WIDTH = 358
"""Units of the drawing, the pixels of a narrow phone: there, its smallest text is as large as any other."""

_LEFT, _RIGHT, _WIDE, _HIGH, _GAP = 32, 214, 142, 66, 14
_LANES = 24  # at the left, where lines join systems
_LONGEST, _LONGEST_NAME = 16, 14  # letters that fit into a box, of a plain line and of a name


@dataclass(frozen=True, slots=True)
class Box:
    """``verdict`` is empty of a system."""

    x: int
    y: int
    lines: Sequence[str]
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class DrawnPath:
    """A path. ``kind``: files of a system, an identity that systems share, or data that goes out."""

    d: str
    kind: str


@dataclass(frozen=True, slots=True)
class Picture:
    """``height`` in units; ``wide`` and ``high``: of a box."""

    height: int
    boxes: Sequence[Box]
    lines: Sequence[DrawnPath]
    wide: int = _WIDE
    high: int = _HIGH
    width: int = WIDTH


def draw_map(drawn: MapDrawing) -> Picture:
    """Return the picture of a map."""
    places = {node.name: _find_top(number) for number, node in enumerate(drawn.nodes)}
    boxes = [Box(_LEFT, places[node.name], _write_lines(node)) for node in drawn.nodes]
    lines = [
        DrawnPath(_draw_arc(places[node.name], places[store]), "files")
        for node in drawn.nodes
        for store in node.files
        if store in places
    ]
    lines += _draw_lanes(drawn.shared, places)
    firm = _find_top(len(boxes))
    if not all(flow.systems for flow in drawn.flows):
        boxes.append(Box(_LEFT, firm, [_("the firm"), _("no system named")]))
    height = max(len(boxes), len(drawn.flows), 1) * (_HIGH + _GAP)
    for number, flow in enumerate(drawn.flows):
        party, y = flow.party, _find_top(number)
        said = [_cut(party.title, _LONGEST_NAME), _cut(party.country or _("country not said"))]
        boxes.append(Box(_RIGHT, y, said, party.verdict))
        middle = y + _HIGH // 2
        lines.append(DrawnPath(f"M{_RIGHT - 7} {middle - 5}L{_RIGHT - 1} {middle}L{_RIGHT - 7} {middle + 5}", "out"))
        lines += [
            DrawnPath(_draw_curve(begin, y), "out") for begin in [places[name] for name in flow.systems] or [firm]
        ]
    return Picture(height, boxes, lines)


def _find_top(number: int) -> int:
    """Return the top of a box."""
    return 4 + number * (_HIGH + _GAP)


def _draw_curve(begin: int, end: int) -> str:
    """Return the way from a box at the left to one at the right, by their tops."""
    first, last, middle = begin + _HIGH // 2, end + _HIGH // 2, (_LEFT + _WIDE + _RIGHT) // 2
    return f"M{_LEFT + _WIDE} {first}C{middle} {first} {middle} {last} {_RIGHT} {last}"


def _draw_lanes(shared: Sequence[SharedIdentity], places: Mapping[str, int]) -> Iterator[DrawnPath]:
    """Yield a line of its own for each identity that systems share, with a way into each of them."""
    for number, one in enumerate(shared):
        x = _LEFT - (number + 1) * _LANES // len(shared)
        heights = [places[name] + (number + 1) * _HIGH // (len(shared) + 1) for name in one.systems]
        ways = "".join(f"M{x} {y}H{_LEFT}" for y in heights)
        yield DrawnPath(f"M{x} {min(heights)}V{max(heights)}{ways}", "shared")


def _write_lines(node: Node) -> Sequence[str]:
    known = _("by %(what)s") % {"what": ", ".join(node.known_by)} if node.known_by else ""
    if node.has_files:
        known = _("files")
    return [_cut(_shorten_title(node.title), _LONGEST_NAME), _cut(node.country or _("country not said")), _cut(known)]


def _shorten_title(title: str) -> str:
    """Return what a system is called: "Rolodesk, the address books of our customers" is Rolodesk to those who know."""
    return title.partition(",")[0]


def _cut(text: str, most: int = _LONGEST) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _draw_arc(begin: int, end: int) -> str:
    first, last = begin + _HIGH // 2 + 8, end + _HIGH // 2 - 8
    return f"M{_LEFT} {first}C{_LEFT - _LANES} {first} {_LEFT - _LANES} {last} {_LEFT} {last}"
