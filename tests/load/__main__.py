"""``make load``: 50 visitors for a minute at the product's own server, with all systems well and with one that hangs.

Everything stays on this machine. While one system hangs, members of staff look for people in it all the time, as many
as the server has threads: that is what stopped every page before searches had threads of their own.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from tests.soak.visitors import Browser, Unwell
from tests.soak.world import World, a_world

WRITES = Path("build/load.json")
SEARCHERS = 4
MOST_VISITORS, MOST_SECONDS = 200, 300
THINKS = (0.5, 2.0)
"""Seconds that a visitor reads a page, at least and at most."""

FINE = {200, 302}


def main() -> int:
    """Measure, say what was found, write it down; 1 where a page failed or took longer than ten seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=50, help=f"at most {MOST_VISITORS}")
    parser.add_argument("--seconds", type=float, default=60, help=f"of each part, at most {MOST_SECONDS}")
    parser.add_argument("--seed", type=int, default=4711)
    asked = parser.parse_args()
    visitors, seconds = min(asked.visitors, MOST_VISITORS), min(asked.seconds, MOST_SECONDS)
    found: dict[str, Any] = {
        "date": datetime.now(UTC).date().isoformat(),
        "seed": asked.seed,
        "command": f"python -m tests.load --visitors {visitors} --seconds {seconds:g} --seed {asked.seed}",
        "cores": os.cpu_count(),
        "busy": round(os.getloadavg()[0], 1),  # processes that wanted a core before it began, on average
        "parts": {},
    }
    with a_world(workers=1) as world, world.firm.context() as context:
        token = _token(context)
        _wait(world)
        for name, hangs in (("all systems well", False), ("one system hangs", True)):
            if hangs:
                world.proxies["desk"].become("hang")
            found["parts"][name] = measure(world, visitors, seconds, asked.seed, token if hangs else "")
            print(_line(name, found["parts"][name]), flush=True)
        WRITES.parent.mkdir(exist_ok=True)
        WRITES.write_text(json.dumps(found, indent=1) + "\n")  # before all is taken down, which takes a while
    return 1 if any(part["errors"] or part["slowest"] > 10 for part in found["parts"].values()) else 0


def measure(world: World, visitors: int, seconds: float, seed: int, token: str) -> dict[str, Any]:
    """Let so many visitors come for so many seconds, and with a ``token`` staff who search; return how it was."""
    until = time.monotonic() + seconds
    browsers = [Browser(world.port, f"203.0.{113 + n // 250}.{n % 250 + 1}") for n in range(visitors)]
    searches: list[tuple[float, int]] = []
    threads = [_thread(visit, one, random.Random(seed + n), until) for n, one in enumerate(browsers)]
    if token:
        threads += [_thread(search, world.port, token, n, until, searches) for n in range(SEARCHERS)]
    for thread in threads:
        thread.join(seconds + 120)
    times = [one for browser in browsers for one in browser.times]
    took = sorted(each for _, each, _ in times)
    wrong = Counter(str(status) for _, _, status in times if status not in FINE)
    return {
        "visitors": visitors,
        "seconds": seconds,
        "pages": len(took),
        "errors": sum(wrong.values()),
        "which": dict(wrong),
        "median": _at(took, 0.5),
        "p95": _at(took, 0.95),
        "slowest": _at(took, 1),
        "searches": len(searches),
        "search_slowest": _at(sorted(each for each, _ in searches), 1) if searches else None,
        "search_answers": dict(Counter(str(status) for _, status in searches)),
    }


def visit(browser: Browser, chance: random.Random, until: float) -> None:
    """Read the notice, look around, and now and then ask for something, until the time is over."""
    browser_number = browser.at.replace(".", "")
    while time.monotonic() < until:
        try:
            if chance.random() < 0.1:
                email = f"visitor{browser_number}@post.example"
                browser.ask(
                    chance.choice(["erase", "copy", "question"]), {"email": email, "reply_to": email, "words": "hello"}
                )
            else:
                browser.open("GET", chance.choice(["/", "/ask", "/request", "/verify"]))
        except Unwell:
            pass  # it is among the browser's times
        time.sleep(chance.uniform(*THINKS))


def search(port: int, token: str, number: int, until: float, took: list[tuple[float, int]]) -> None:
    """Look for one person after the other, as a member of staff does by the API."""
    turn = 0
    while time.monotonic() < until:
        turn += 1
        body = json.dumps({"persons": [f"somebody{number}-{turn}@post.example"], "reason": "to answer a request"})
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        began, status = time.monotonic(), 0
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("POST", "/api/v1/find", body, headers)
            answer = connection.getresponse()
            answer.read()
            status = answer.status
        except (OSError, HTTPException):
            pass
        finally:
            connection.close()
        took.append((time.monotonic() - began, status))
        time.sleep(0.2)


def _thread(what: Callable[..., None], *arguments: Any) -> threading.Thread:
    thread = threading.Thread(target=what, args=arguments, daemon=True)
    thread.start()
    return thread


def _token(context: Any) -> str:
    from bailee.store import staff
    from bailee.store.models import Role

    admin = staff.add_staff(context, "ada@load.example", "Ada", Role.ADMINISTRATOR)
    officer = staff.add_staff(context.by(admin.id), "olu@load.example", "Olu", Role.OFFICER)
    return str(staff.issue_token(context.by(officer.id), officer.id, tuple(staff.Scope), 30)[1])


def _wait(world: World) -> None:
    until = time.monotonic() + 60
    while not world.is_up():
        assert time.monotonic() < until, "the web does not answer"
        time.sleep(0.5)


def _at(took: list[float], share: float) -> float:
    return round(took[min(len(took) - 1, int(len(took) * share))], 3)


def _line(name: str, part: dict[str, Any]) -> str:
    line = f"{name}: {part['pages']} pages, {part['errors']} errors, p95 {part['p95']} s, slowest {part['slowest']} s"
    if part["searches"]:
        line += f"; {part['searches']} searches {part['search_answers']}, slowest {part['search_slowest']:.1f} s"
    return line


if __name__ == "__main__":
    sys.exit(main())
