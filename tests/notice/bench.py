"""`python -m tests.notice.bench`: how well `bailee notice import` reads notices that it has never seen.

Prints the score of each labelled notice; writes build/notice-bench.json. The mistakes wait for `--reveal`: whoever
mends the reading should not learn from the notices by which it is judged. Files that are named are taken instead.
`--write-docs` puts the scores into docs/notice.md.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bailee.checks.promises import PROMISES
from tests.notice.labelled import PLAIN, Labelled, Notice, publish, read

UNSEEN = Path(__file__).parent / "notices" / "unseen"
REPORT = Path("build/notice-bench.json")
DOCS = Path(__file__).parents[2] / "docs" / "notice.md"
BEGIN, END = "<!-- notice-bench: begin -->", "<!-- notice-bench: end -->"
ASKED = 0.9
TRADE = "trade-"
"""How the notices of telephone, IT and web firms are called: those that Bailee is for."""
BAILEE = str(Path(sys.executable).with_name("bailee"))

# What the notice of the firm promises that Bailee was first made for; none may be overlooked.
MISSION = frozenset(name for name, standard in PROMISES.items() if standard.mission)


@dataclass(frozen=True)
class Judged:
    """``right`` of ``bound`` proposals are right; ``found`` of ``promising`` sentences were; ``missed``: in none."""

    name: str
    sentences: int
    bound: int
    right: int
    promising: int
    found: int
    missed: tuple[str, ...]
    errors: tuple[str, ...]
    seconds: float


def main(arguments: Sequence[str]) -> int:
    """Judge the notices; return 1 below `ASKED`, or where a promise of the mission is missed."""
    files = [Path(name) for name in arguments if not name.startswith("--")] or sorted(UNSEEN.glob("*.txt"))
    with TemporaryDirectory() as folder:
        judged = [judge(notice, *propose(notice, Path(folder))) for notice in map(read, files)]
    for one in judged:
        print(line(one))
        if "--reveal" in arguments:
            print("".join(f"  {error}\n" for error in one.errors))
    bound, right = sum(j.bound for j in judged), sum(j.right for j in judged)
    promising, found = sum(j.promising for j in judged), sum(j.found for j in judged)
    for _, several in _together(judged):
        print(line(several))
    if "--write-docs" in arguments:
        before, _, rest = DOCS.read_text().partition(BEGIN)
        DOCS.write_text(f"{before}{BEGIN}\n{_table(judged)}{END}{rest.partition(END)[2]}")
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps([asdict(replace(one, errors=())) for one in judged], indent=2) + "\n")
    return 1 if right < ASKED * bound or found < ASKED * promising or any(j.missed for j in judged) else 0


def _together(judged: Sequence[Judged]) -> list[tuple[str, Judged]]:
    """Return what the notices of telephone, IT and web firms come to, and all of them."""
    groups = {"of the trade": [j for j in judged if j.name.startswith(TRADE)], "all": list(judged)}
    return [(name, _sum(name, of)) for name, of in groups.items() if of]


def _sum(name: str, of: Sequence[Judged]) -> Judged:
    counts = ("sentences", "bound", "right", "promising", "found")
    return Judged(
        name=name,
        **{count: sum(getattr(one, count) for one in of) for count in counts},
        missed=tuple(sorted({name for one in of for name in one.missed})),
        errors=(),
        seconds=round(sum(one.seconds for one in of), 2),
    )


def propose(notice: Notice, folder: Path) -> tuple[list[Mapping[str, Any]], float]:
    """Return what `bailee notice import --json` says of each sentence, and after how many seconds."""
    command = [BAILEE, "notice", "import", str(publish(notice, folder)), "--json"]
    begun = time.monotonic()
    told = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    if told.returncode:
        raise RuntimeError(f"bailee notice import ended with {told.returncode}:\n{told.stderr}")
    return json.loads(told.stdout), time.monotonic() - begun


def judge(notice: Notice, proposals: Sequence[Mapping[str, Any]], seconds: float) -> Judged:
    """Hold the proposals against the labels; a sentence that was split is judged by each of its parts."""
    errors, wrong, found, named = list[str](), 0, set[Labelled](), set[str]()
    bound = [p for p in proposals if p.get("promise")]
    for proposal in proposals:
        label = label_of(proposal["sentence"], notice.sentences)
        promise = proposal.get("promise") or PLAIN
        named |= {promise} & set(label.fair)
        if promise in label.fair:
            found.add(label)
        elif promise != PLAIN:
            wrong += 1
            errors.append(f"wrong   {promise}, not {' or '.join(label.fair)}: {proposal['sentence']}")
    promising = [s for s in notice.sentences if PLAIN not in s.fair]
    errors += [f"missed  {' or '.join(s.fair)}: {s.words}" for s in promising if s not in found]
    errors += [f"lost    {s.words}" for s in notice.sentences if not any(_same(s, p["sentence"]) for p in proposals)]
    missed = {s.fair[0] for s in promising if s.fair[0] in MISSION and not named & set(s.fair)}
    return Judged(
        name=notice.name,
        sentences=len(notice.sentences),
        bound=len(bound),
        right=len(bound) - wrong,
        promising=len(promising),
        found=len(found.intersection(promising)),
        missed=tuple(sorted(missed)),
        errors=tuple(errors),
        seconds=round(seconds, 2),
    )


def label_of(words: str, labels: Iterable[Labelled]) -> Labelled:
    return next((label for label in labels if _same(label, words)), Labelled(words, (PLAIN,)))


def _same(label: Labelled, words: str) -> bool:
    """Whether a proposal's words are the sentence's, its number aside, or a part of it as long as a clause."""
    ours, theirs = _bare(label.words), _bare(words)
    return ours == theirs or (len(theirs) > 15 and theirs in ours)


def _bare(words: str) -> str:
    return " ".join(re.sub(r"^\d+\. ", "", words).split())


def line(one: Judged) -> str:
    return (
        f"{one.name}: {one.sentences} sentences, precision {_share(one.right, one.bound)}, "
        f"recall {_share(one.found, one.promising)}, {one.seconds} s, "
        f"missed promises of the mission: {', '.join(one.missed) or 'none'}"
    )


def _table(judged: Sequence[Judged]) -> str:
    """Return the scores as a table in Markdown."""
    rows = [
        f"| {one.name} | {one.sentences} | {_share(one.right, one.bound)} | {_share(one.found, one.promising)} "
        f"| {', '.join(f'`{name}`' for name in one.missed) or 'none'} |"
        for one in judged
    ]
    rows += [
        f"| **{name}** | {one.sentences} | **{_share(one.right, one.bound)}** "
        f"| **{_share(one.found, one.promising)}** | |"
        for name, one in _together(judged)
    ]
    head = "| notice | sentences | precision of those bound | recall | promises of the mission overlooked |"
    return "\n".join([head, "|---|---|---|---|---|", *rows, ""])


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f} ({part} of {whole})" if whole else "- (of none)"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
