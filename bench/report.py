"""What is told of a run: a table, `build/bench.json`, and the tables of `docs/performance.md`."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.measure import Case

JSON = Path("build/bench.json")
DOCS = Path("docs/performance.md")
BEGIN, END = "<!-- made by `python -m bench --write-docs` -->", "<!-- until here -->"


def line(case: Case) -> str:
    """Return a case as a line of a terminal."""
    goal = "" if case.goal is None else f"{'<=' if case.better == 'lower' else '>='} {case.goal:g}"
    mark = "" if case.goal is None else ("ok" if case.is_met else "MISSED")
    return f"{case.name:80} {_time(case.ours):>10} {_time(case.hand):>10} {case.ratio:7.2f} {goal:8} {mark}".rstrip()


def write_json(cases: Sequence[Case]) -> None:
    """Write `build/bench.json`: the cases that have a goal."""
    told = [{"name": c.name, "ratio": round(c.ratio, 3), "goal": c.goal, "better": c.better} for c in cases if c.goal]
    JSON.parent.mkdir(exist_ok=True)
    JSON.write_text(json.dumps({"cases": told}, indent=2) + "\n", encoding="utf-8")


def write_docs(cases: Sequence[Case], sweeps: Sequence[tuple[str, Sequence[Case]]]) -> None:
    """Put the tables of this run into `docs/performance.md`, between its two marks."""
    parts = [f"Measured on {datetime.now(UTC):%-d %B %Y}: {_machine()}.", _table(cases)]
    for title, rows in sweeps:
        parts += [f"### {title}", _table(rows, sweep=True)]
    text = DOCS.read_text(encoding="utf-8")
    begin, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    DOCS.write_text(text[:begin] + "\n\n" + "\n\n".join(parts) + "\n\n" + text[end:], encoding="utf-8")


def _machine() -> str:
    """Return what the machine is: never its name."""
    about = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    found = re.search(r"^model name\s*: (.+)$", about, re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = f"{os.cpu_count()} cores of {found[1].strip() if found else platform.machine()}"
    return f"{cores}, {memory:.0f} GiB of memory, {platform.system()}, Python {platform.python_version()}"


def _table(cases: Sequence[Case], *, sweep: bool = False) -> str:
    head = ["case", "rows", "Bailee", "by hand", "ratio", "statements"] + ([] if sweep else ["goal"])
    rows = [head, ["---", *["---:"] * (len(head) - 1)]]
    for c in cases:
        ratio = f"{c.ratio:.1f} {c.unit}" if c.unit else f"{c.ratio:.2f}"
        cells = [c.name, f"{c.rows:,}" if c.rows else "", _time(c.ours), _time(c.hand), ratio]
        cells.append(f"{c.statements[0]} / {c.statements[1]}" if c.statements[0] else "")
        if not sweep:
            sign = "≤" if c.better == "lower" else "≥"
            cells.append("" if c.goal is None else f"{sign} {c.goal:g}{'' if c.is_met else ', **missed**'}")
        rows.append(cells)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _time(seconds: float) -> str:
    """Return a time to be read; empty where nothing was timed."""
    if not seconds:
        return ""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.2f} ms"
