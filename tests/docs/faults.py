"""``python -m tests.docs.faults``: writes docs/faults.md, from what is promised and what the newest runs have shown.

The runs write what happened into build/: ``make kill-matrix``, ``make soak``, ``make load``. What did not run is left
out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.docs.pages import DOCS, ROOT

PAGE = DOCS / "faults.md"
BUILD = ROOT / "build"

HEAD = """\
# What was done to it

Each fault, what is promised where it happens, where it is tried, and what happened in the newest runs. `make faults`
makes the page from what the runs wrote into `build/`. A test or script that is named shows the fault on a version
that has it.

"""
MARK = "## What happened\n"
BEFORE = (
    "before searches had threads of their own (938af19b, with tests/load of c823d3a6; 50 visitors for 60 s on the same"
    " 2 cores on 2026-12-02): all systems well: 4,216 pages, 0 errors, p95 0.08 s; one system hangs: 100 pages, 50"
    " errors, p95 60 s"
)


@dataclass(frozen=True)
class Fault:
    """``tried``: files under tests/, each with ``::`` and a test of it where it is one. ``runs``: keys of the runs."""

    what: str
    promised: str
    tried: tuple[str, ...]
    runs: tuple[str, ...] = ()


FAULTS = (
    Fault(
        "A clock that is years, 41 days or ten minutes ahead, or a day behind",
        "Nothing is destroyed by it. Requests come in, pages answer. What was put off is done once it is right, and "
        "nothing that it counted keeps anybody out",
        (
            "harm/test_clocks.py::test_a_standing_rule_deletes_nothing_by_a_clock_two_years_ahead",
            "harm/test_clocks.py::test_a_plan_is_not_applied_by_a_clock_that_is_wrong",
            "harm/test_clocks.py::test_a_clock_that_was_ahead_keeps_nobody_from_asking_once_it_is_right",
            "soak/faults.py",
        ),
        ("soak clock",),
    ),
    Fault(
        "The books put back from a backup",
        "Nothing is destroyed before a person has seen what is missing; `ledger verify` and `confirm books` name it; "
        "no plan is carried out twice",
        (
            "harm/test_restored_books.py::test_nothing_is_destroyed_by_books_that_are_older_than_what_was_done",
            "soak/faults.py",
        ),
        ("soak restore",),
    ),
    Fault(
        "A system that takes connections and never answers",
        "No page waits longer than ten seconds, SIGTERM ends a process within ten, other systems' rows stay right",
        (
            "web/test_hung_system.py::test_a_page_says_which_system_it_waits_for_and_all_others_answer",
            "web/test_hung_system.py::test_a_process_that_is_told_to_stop_ends_within_ten_seconds",
            "soak/faults.py",
            "load/__main__.py",
        ),
        ("soak hung", "load"),
    ),
    Fault(
        "A network that is cut, slow, or half open, to a system or to the books",
        "It is tried again; no plan is half done and called done; pages answer, within a minute where each "
        "statement to the books takes 0.8 s",
        (
            "harm/test_systems_that_fail.py::test_a_connection_that_is_cut_in_the_middle_leaves_the_system_as_it_was",
            "soak/faults.py",
        ),
        ("soak network",),
    ),
    Fault(
        "A disk that is full or read-only, under the master key, its mark and a system",
        "Nothing is done that cannot be noted; what was begun goes on when there is room",
        ("harm/test_systems_that_fail.py::test_nothing_is_erased_while_the_books_are_full", "soak/faults.py"),
        ("soak disk",),
    ),
    Fault(
        "A worker, the web or a database server that is ended or killed",
        "What was begun goes on elsewhere, and each row goes once",
        (
            "kills/test_killed.py::test_requests_end_once_each_while_workers_are_killed_at_random",
            "kills/test_killed.py::test_a_request_whose_worker_was_killed_is_finished_once_by_another",
            "kills/__main__.py",
            "soak/faults.py",
        ),
        ("soak restart", "storm", "points"),
    ),
    Fault(
        "A mail server that is silent, slow or away",
        "Letters wait, and nothing else does",
        ("jobs/test_processes.py::test_a_silent_mail_server_delays_nothing_but_letters", "soak/faults.py"),
        ("soak mail",),
    ),
    Fault(
        "Connections that are half open, and requests that arrive byte by byte",
        "The server closes them, and answers everybody else",
        ("web/test_server.py::test_half_open_connections_keep_nobody_waiting",),
    ),
)


def fixed() -> str:
    """Return the part of the page that no run changes."""
    rows = [f"| {one.what} | {one.promised} | {', '.join(_name(each) for each in one.tried)} |" for one in FAULTS]
    return (
        HEAD + "\n".join(["| fault | what is promised | where it is tried |", "|---|---|---|", *rows]) + "\n\n" + MARK
    )


def happened(runs: Mapping[str, Any]) -> str:
    """Return what the runs have shown, a line for each fault and run."""
    rows = [f"| {one.what} | {says} |" for one in FAULTS for key in one.runs for says in _says(key, runs)]
    table = "\n".join(["| fault | what happened |", "|---|---|", *rows])
    soak = runs.get("soak")
    end = "\n".join(f"- {line}" for line in _soaked(soak)) if soak else "- no soak has run"
    return f"\n{table}\n\nOf the soak:\n\n{end}\n"


def read_runs(folder: Path = BUILD) -> dict[str, Any]:
    """Return what the runs wrote down, by name; what did not run is left out."""
    files = ((name, folder / f"{name}.json") for name in ("soak", "load", "kills"))
    return {name: json.loads(file.read_text()) for name, file in files if file.exists()}


def _name(tried: str) -> str:
    file, _, test = tried.partition("::")
    return f"`{test}`" if test else f"`tests/{file}`"


def _says(key: str, runs: Mapping[str, Any]) -> Iterator[str]:
    if key.startswith("soak ") and "soak" in runs:
        kind, soak = key.removeprefix("soak "), runs["soak"]
        one = soak["faults"].get(kind)
        if one is None:
            yield f"in the soak: did not come up (seed {soak['seed']})"
            return
        wrong = sum(kind in says for says in soak["broken"])
        held = f"**it was not so: {wrong}**" if wrong else "all was as promised"
        yield f"in the soak: {one['times']} in all, {one['seconds']:.0f} s ({', '.join(one['how'])}); {held}"
    elif key == "load" and "load" in runs:
        yield BEFORE
        load = runs["load"]
        where = f"`{load['command']}` on {load['cores']} cores, which {load['busy']:g} other processes wanted"
        for name, part in load["parts"].items():
            yield (
                f"{load['date']}, {where}, {name}: {part['pages']:,} pages, {part['errors']} errors,"
                f" p95 {part['p95']:.2f} s, slowest {part['slowest']:.1f} s{_searched(part)}"
            )
    elif key in {"storm", "points"}:
        for run in runs.get("kills", ()):
            if run["kind"] == key:
                what = (
                    f"{run['requests']} requests, {run['kills']} kills" if key == "storm" else f"{run['kills']} points"
                )
                where = f"`{run['command']}`, books on {run['books']}"
                yield f"{run['date']}, {where}: {what}, {run['seconds']} s; all ended once"


def _searched(part: Mapping[str, Any]) -> str:
    if not part["searches"]:
        return ""
    return f"; {part['searches']} searches of staff meanwhile, slowest {part['search_slowest']:.1f} s"


def _soaked(soak: Mapping[str, Any]) -> Iterator[str]:
    yield f"{soak['date']}, `{soak['command']}`: {soak['people']} persons asked, {soak['looks']} looks at everything"
    yield f"{soak['pages']:,} pages, p95 {soak['p95']:.2f} s, slowest {soak['slowest']:.1f} s"
    yield f"{soak['left_out']} parts of a look were not possible while a fault lasted, and are not counted as good"
    yield ", ".join(f"{count} {what}" for what, count in soak["ended"].items())
    yield f"not as it must be: {len(soak['broken'])}"
    yield from soak["broken"]


def main() -> None:
    """Write the page."""
    PAGE.write_text(fixed() + happened(read_runs()))


if __name__ == "__main__":
    main()
