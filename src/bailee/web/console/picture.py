"""The data map as a picture, drawn by the server for a narrow screen: systems at the left, third parties at the right.

Beside it stands a table that says the same, so that nothing is to be seen in the picture alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from bailee.runner.desk.map import Drawn, Node

WIDTH = 358
"""Units of the drawing, the pixels of a narrow phone: there, its smallest text is as large as any other."""

_LEFT, _RIGHT, _WIDE, _HIGH, _GAP = 20, 214, 142, 66, 14
_TRUNK = 190
_LONGEST, _LONGEST_NAME = 16, 14  # letters that fit into a box, of a plain line and of a name


@dataclass(frozen=True, slots=True)
class Box:
    """``verdict`` is empty of a system."""

    x: int
    y: int
    lines: Sequence[str]
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A path that data goes. ``kind``: flow, files, or the verdict of a flow that goes out."""

    d: str
    kind: str


@dataclass(frozen=True, slots=True)
class Picture:
    """``height`` in units; ``wide`` and ``high``: of a box."""

    height: int
    boxes: Sequence[Box]
    lines: Sequence[Line]
    wide: int = _WIDE
    high: int = _HIGH
    width: int = WIDTH


def picture(drawn: Drawn) -> Picture:
    """Return the picture of a map."""
    places = {node.name: 4 + number * (_HIGH + _GAP) for number, node in enumerate(drawn.nodes)}
    boxes = [Box(_LEFT, places[node.name], _said(node)) for node in drawn.nodes]
    lines = [
        Line(_arc(places[node.name], places[store]), "files")
        for node in drawn.nodes
        for store in node.files
        if store in places
    ]
    if any(not flow.system for flow in drawn.flows) and places:
        lines += [Line(f"M{_LEFT + _WIDE} {y + _HIGH // 2}H{_TRUNK}", "flow") for y in places.values()]
    ends = []
    for number, flow in enumerate(drawn.flows):
        y = 4 + number * (_HIGH + _GAP)
        party, middle = flow.party, y + _HIGH // 2
        lines.append(Line(f"M{_RIGHT - 7} {middle - 5}L{_RIGHT - 1} {middle}L{_RIGHT - 7} {middle + 5}", "out"))
        boxes.append(
            Box(
                _RIGHT,
                y,
                [_short(party.title, _LONGEST_NAME), _short(party.country or _("country not said"))],
                party.verdict,
            )
        )
        if flow.system in places:
            begin = places[flow.system] + _HIGH // 2
            lines.append(Line(f"M{_LEFT + _WIDE} {begin}C{_TRUNK} {begin} {_TRUNK} {middle} {_RIGHT} {middle}", "out"))
        else:
            ends.append(middle)
            lines.append(Line(f"M{_TRUNK} {middle}H{_RIGHT}", "out"))
    if ends and places:
        heights = [*ends, *(y + _HIGH // 2 for y in places.values())]
        lines.append(Line(f"M{_TRUNK} {min(heights)}V{max(heights)}", "flow"))
    rows = max(len(drawn.nodes), len(drawn.flows), 1)
    return Picture(rows * (_HIGH + _GAP), boxes, lines)


def _said(node: Node) -> Sequence[str]:
    known = _("by %(what)s") % {"what": ", ".join(node.known_by)} if node.known_by else ""
    if node.connector == "files":
        known = _("files")
    return [_short(_name(node.title), _LONGEST_NAME), _short(node.country or _("country not said")), _short(known)]


def _name(title: str) -> str:
    """Return what a system is called: "Rolodesk, the address books of our customers" is Rolodesk to those who know."""
    return title.partition(",")[0]


def _short(text: str, most: int = _LONGEST) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _arc(begin: int, end: int) -> str:
    first, last = begin + _HIGH // 2 + 8, end + _HIGH // 2 - 8
    return f"M{_LEFT} {first}C0 {first} 0 {last} {_LEFT} {last}"
