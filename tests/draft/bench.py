"""`python -m tests.draft.bench`: how right `bailee connect` is about databases that nobody here made for it.

Two parts. **Real applications** (`schemas/real`; `schemas/learnt`, which was held back once and is learnt from since;
and `schemas/held`, which is held back): their schemas are fetched
from package registries, built as they build them, filled with rows and connected; what `--accept 0.9` takes over is
held against the right answers, and against the rows. **Models** (`schemas/seen`, `schemas/unseen`): smaller schemas in
the repository, where every guess counts. Two large databases show how long it takes.

Without names, the seen applications and all models; `--all` adds the applications held back; names choose among all.
Prints tables, and the mistakes about what is seen; those about the rest wait for `--reveal`. Writes
build/draft-bench.json; `--write-docs` renews the tables in docs/connecting.md. Ends in 1 where a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.draft import models
from tests.draft.large import Large, measure
from tests.draft.real import table as real
from tests.draft.real.measure import ACCEPT, Measured
from tests.draft.real.measure import measure as measure_real
from tests.draft.real.source import CannotFetchError
from tests.draft.running import REGIMES, Servers, accept, connect

SCHEMAS = Path(__file__).parent / "schemas"
REPORT = Path("build/draft-bench.json")
DOCS = Path("docs/connecting.md")
BEGIN, END = "<!-- draft-bench begins -->", "<!-- draft-bench ends -->"
SEEN = ("seen", "real", "learnt")


def main(arguments: Sequence[str]) -> int:
    """Run what is asked for; return 1 where less is reached than is asked, or an application could not be had."""
    asked = _parser().parse_args(arguments)
    folders = [f for f in sorted(SCHEMAS.glob("*/*/")) if (f / "answers.yaml").exists()]
    if asked.schemas:
        folders = [f for f in folders if f.name in asked.schemas]
    elif not asked.all:
        folders = [f for f in folders if f.parent.name != "held"]
    with ExitStack() as stack:
        here = Path(stack.enter_context(TemporaryDirectory()))
        servers = Servers(stack)
        measured, skipped = _real([f for f in folders if f.parent.name in real.SETS], servers, here)
        modelled = [f for f in folders if f.parent.name in {"seen", "unseen"}]
        results = [models.judge(folder, servers, here, asked.sure) for folder in modelled]
        large = [] if asked.schemas else measure(lambda name: servers.empty("postgresql", name, here), connect, here)
    text = "\n".join(_tables(measured, results, large))
    print(text)
    print("\n".join(real.mistakes([one for one in measured if asked.reveal or one.set in SEEN])))
    print("\n".join(models.mistakes([r for r in results if asked.reveal or r.set in SEEN])))
    REPORT.parent.mkdir(exist_ok=True)
    told = {
        "applications": [real.for_report(one) for one in measured],
        "schemas": [models.without_mistakes(r) for r in results],
        "large": [asdict(one) for one in large],
    }
    REPORT.write_text(json.dumps(told, indent=2) + "\n")
    missed = [*real.below(measured), *models.below(results, large)]
    if asked.write_docs:
        _write_docs(text, missed, skipped)
    print("".join(f"\nSKIPPED, nothing is said of it: {one}" for one in skipped))
    print("".join(f"\nbelow what is asked: {one}" for one in missed))
    return 1 if missed or skipped else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.draft.bench", description=__doc__)
    parser.add_argument("schemas", nargs="*")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--sure", type=float, default=0.0)
    parser.add_argument("--reveal", action="store_true")
    parser.add_argument("--write-docs", action="store_true")
    return parser


def _real(folders: Sequence[Path], servers: Servers, here: Path) -> tuple[list[Measured], list[str]]:
    """Measure the applications; return the results, and those that could not be had, with the reason."""
    measured, skipped = list[Measured](), list[str]()
    for folder in folders:
        print(f"{folder.name} ...", file=sys.stderr, flush=True)
        try:
            measured.append(
                measure_real(
                    folder,
                    lambda database, name: servers.empty(database, name, here),
                    lambda name, url, country: connect(name, url, here, REGIMES[country])[0],
                    lambda name, policy: accept(name, policy, ACCEPT),
                )
            )
        except CannotFetchError as why:
            skipped.append(f"{folder.name}: {why}")
        except Exception as why:  # noqa: BLE001 - the others are judged all the same, and this one is no green light
            print(f"{folder.name}:", *traceback.format_exception(why), sep="\n", file=sys.stderr)
            skipped.append(f"{folder.name}: it could not be judged ({type(why).__name__})")
    return measured, skipped


def _tables(measured: Sequence[Measured], results: Sequence[models.Result], large: Sequence[Large]) -> Iterator[str]:
    if measured:
        yield from real.table(measured)
        for kind, title in real.SETS.items():
            if chosen := [one for one in measured if one.set == kind]:
                yield f"\nHow far its confidence can be trusted, on the applications {title}:\n"
                yield from real.calibration(chosen)
        yield ""
    if results:
        yield from models.table(results)
        yield ""
    for one in large:
        yield f"- {one.what}: {one.seconds:.1f} s{f'; {one.read}' if one.read else ''}"


def _write_docs(text: str, missed: Sequence[str], skipped: Sequence[str]) -> None:
    """Put the tables and the goals missed between their marks; raise ValueError where the marks are not there."""
    before, begin, rest = DOCS.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{DOCS} has no place for the table: write {BEGIN} and {END} where it belongs")
    told = [*(f"- missed: {one}" for one in missed), *(f"- skipped: {one}" for one in skipped)]
    goals = "\n".join(("**Goals missed.**\n", *told)) if told else "All goals are reached."
    DOCS.write_text(f"{before}{BEGIN}\n\n{text}\n\n{goals}\n\n{END}{after}")


if __name__ == "__main__":
    os.environ.setdefault("NO_COLOR", "1")
    sys.exit(main(sys.argv[1:]))
