"""``make soak``: a firm at work while faults are drawn at random, and what must be true looked at every minute."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.soak.run import Soak
from tests.soak.world import a_world

WRITES = Path("build/soak.json")


def main() -> int:
    """Run for as long as is asked, say how it went, write it down; 1 where anything was not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=4711, help="of the faults, and of who asks for what")
    parser.add_argument("--every", type=float, default=4.0, help="seconds between two persons who ask")
    parser.add_argument("--drain", type=float, default=15, help="minutes at most that work may take to end at last")
    parser.add_argument("--only", metavar="KIND", help="a kind of fault, and no other")
    parser.add_argument("--keep-logs", type=Path, metavar="FOLDER", help="copy the logs there at the end")
    asked = parser.parse_args()
    with a_world() as world:
        soak = Soak(world, asked.seed, every=asked.every, only=asked.only, say=say)
        found = soak.run(minutes=asked.minutes, drain=asked.drain)
        if asked.keep_logs:
            soak.keep_logs(asked.keep_logs)
    command = f"python -m tests.soak --minutes {asked.minutes:g} --seed {asked.seed} --every {asked.every:g}"
    command += f" --only {asked.only}" if asked.only else ""
    found = {"date": datetime.now(UTC).date().isoformat(), "seed": asked.seed, "command": command, **found}
    WRITES.parent.mkdir(exist_ok=True)
    WRITES.write_text(json.dumps(found, indent=1) + "\n")
    for line in table(found):
        print(line)
    return 1 if found["broken"] else 0


def say(text: str) -> None:
    """Say what happens."""
    print(f"{datetime.now(UTC):%H:%M:%S} {text}", file=sys.stderr, flush=True)


def table(found: dict[str, Any]) -> list[str]:
    """Return what happened, a line for each kind of fault, and what was not as it must be."""
    lines = [f"{'fault':9} {'times':>5} {'seconds':>7}  how"]
    for kind, one in found["faults"].items():
        lines.append(f"{kind:9} {one['times']:5} {one['seconds']:7.0f}  {', '.join(one['how'])}")
    counts = ", ".join(f"{count} {what}" for what, count in found["ended"].items())
    lines.append(f"{found['people']} persons asked: {counts}; {found['looks']} looks, {found['left_out']} not possible")
    return [*lines, *(f"BROKEN {says}" for says in found["broken"]), "all is true" if not found["broken"] else ""]


if __name__ == "__main__":
    sys.exit(main())
