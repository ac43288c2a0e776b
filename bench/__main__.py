"""Run the bench: all of it, or on the databases named (sqlite, postgresql, mariadb)."""

from __future__ import annotations

import argparse
from itertools import chain

from bench.cases import all_cases
from bench.console import console_cases
from bench.databases import OPEN
from bench.ledger import ledger_cases
from bench.report import line, write_docs, write_json
from bench.requests import request_cases
from bench.sweep import sweeps
from bench.vault import vault_cases


def main() -> int:
    """Print each case as it is measured; return 1 if a goal was missed."""
    arguments = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    arguments.add_argument("databases", nargs="*", choices=[[], *OPEN], default=[])
    arguments.add_argument("--write-docs", action="store_true", help="put the tables into docs/performance.md")
    asked = arguments.parse_args()
    print(f"{'':80} {'ours':>10} {'by hand':>10} {'ratio':>7} goal")
    cases = []
    rest = () if asked.databases else (ledger_cases(), vault_cases(), request_cases(), console_cases())
    for case in chain(all_cases(asked.databases or list(OPEN)), *rest):
        print(line(case), flush=True)
        cases.append(case)
    if not asked.databases:
        write_json(cases)
    if asked.write_docs or not asked.databases:
        grown = []
        for title, rows in sweeps():
            print(f"\n{title}", *map(line, rows), sep="\n", flush=True)
            grown.append((title, rows))
        if asked.write_docs:
            write_docs(cases, grown)
    return 0 if all(case.is_met for case in cases) else 1


if __name__ == "__main__":
    raise SystemExit(main())
