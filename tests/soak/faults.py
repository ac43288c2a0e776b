"""What happens to the firm: each fault begins, lasts for a while, and is lifted."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.soak.proxy import Mode
from tests.soak.world import World

DAY = 86_400.0
CLOCKS: Mapping[str, float] = {"ahead": 730 * DAY, "41 days ahead": 41 * DAY, "ten minutes ahead": 600, "behind": -DAY}
NETWORK: Mapping[str, Mode] = {"hung": "hang", "cut": "cut", "slow": "delay", "half-open": "half"}
SYSTEMS = ("phones", "desk")

PROMISED: Mapping[str, str] = {
    "clock": "nothing is destroyed by a clock that is wrong; requests come in, pages answer",
    "network": "a system that cannot be reached is tried again; no plan is half done and called done; pages answer",
    "hung": "a system that never answers keeps no page longer than ten seconds; other systems' rows stay right",
    "disk": "nothing is done that cannot be noted; what was begun goes on when there is room",
    "restart": "what was begun goes on elsewhere, each row goes once; SIGTERM ends within ten seconds",
    "restore": "nothing is destroyed by older books before a person has seen what is missing, and it is named",
    "mail": "a slow mail server delays letters and nothing else",
}
"""Kind of fault -> what is promised; also in docs/faults.md."""


@dataclass
class Fault:
    """``kind`` is one of `PROMISED`, ``how`` tells more. ``lift`` ends it. ``stops``: nothing may be destroyed."""

    kind: str
    how: str
    begin: Callable[[], None]
    lift: Callable[[], None]
    lasts: float
    stops: bool = False
    is_web_down: bool = False
    began: float = 0.0
    notes: list[str] = field(default_factory=list)


class Faults:
    """Draws faults from a seed, a round of all kinds at a time, and does them to a world."""

    def __init__(self, world: World, seed: int, note: Callable[[str], None]) -> None:
        self.world, self.note, self.chance = world, note, random.Random(seed)
        self.backups: list[tuple[float, Path]] = []
        self.missing: list[dict[str, str]] = []
        self.slow_ends: list[str] = []
        self._bag: list[str] = []
        self._copies = 0

    def draw(self) -> Fault:
        """Return the next fault: kinds come in a random order, each before one comes again."""
        if not self._bag:
            self._bag = list(PROMISED)
            self.chance.shuffle(self._bag)
        kind = self._bag.pop()
        if kind == "disk" and not self.world.has_disk:
            kind = "restart"
        made: Fault = getattr(self, f"_{kind}")()
        return made

    # --- the kinds ---------------------------------------------------------------------------------------------

    def _clock(self) -> Fault:
        how = self.chance.choice(list(CLOCKS))
        off = CLOCKS[how]
        set_to = self.world.clock.write_text
        lasts = self.chance.uniform(25, 60)
        return Fault("clock", how, lambda: _done(set_to(str(off))), lambda: _done(set_to("0")), lasts, stops=True)

    def _network(self) -> Fault:
        name = self.chance.choice([*SYSTEMS, "books"])
        how = self.chance.choice(["cut", "slow"] if name == "books" else ["cut", "slow", "half-open"])
        return self._proxied("network", name, how, self.chance.uniform(15, 45))

    def _hung(self) -> Fault:
        return self._proxied("hung", self.chance.choice(SYSTEMS), "hung", self.chance.uniform(30, 75))

    def _mail(self) -> Fault:
        return self._proxied("mail", "mail", self.chance.choice(["hung", "slow", "cut"]), self.chance.uniform(20, 60))

    def _proxied(self, kind: str, name: str, how: str, lasts: float) -> Fault:
        proxy = self.world.proxies[name]
        down = name == "books"
        return Fault(
            kind, f"{name} {how}", lambda: proxy.become(NETWORK[how]), lambda: proxy.become("open"), lasts,
            is_web_down=down,
        )  # fmt: skip

    def _disk(self) -> Fault:
        how, disk = self.chance.choice(["full", "read-only"]), self.world.disk

        def fill() -> None:
            with self.world.lock, suppress(OSError), (disk / "filler").open("wb", buffering=0) as file:
                while file.write(b"\0" * 4096):
                    pass

        def empty() -> None:
            (disk / "filler").unlink()

        def shut() -> None:
            with self.world.lock:
                if not self._remount("ro"):
                    fault.how = "full"  # somebody writes there at this moment
                    fill()

        def open_again() -> None:
            empty() if fault.how == "full" else self._remount("rw")

        lasts = self.chance.uniform(20, 45)
        fault = Fault("disk", how, fill if how == "full" else shut, open_again, lasts, stops=False)
        return fault

    def _remount(self, how: str) -> bool:
        asked = ["mount", "-o", f"remount,{how}", str(self.world.disk)]
        for _ in range(20):
            if subprocess.run(asked, capture_output=True, check=False).returncode == 0:
                return True
            time.sleep(0.25)
        return False

    def _restart(self) -> Fault:
        names = [*self.world.processes, *self.world.servers]
        name, how = self.chance.choice(names), self.chance.choice([signal.SIGTERM, signal.SIGKILL])
        lasts = self.chance.uniform(2, 8)
        if name in self.world.servers:
            server = self.world.servers[name]

            def power() -> None:
                with self.world.lock:
                    server.start_again()

            return Fault("restart", f"server of {name} killed", server.kill9, power, lasts, is_web_down=name == "books")

        def end() -> None:
            self._end(name, how)

        return Fault(
            "restart", f"{name} {how.name}", end, lambda: self.world.begin(name), lasts, is_web_down=name == "web"
        )

    def _end(self, name: str, how: signal.Signals) -> None:
        took = self.world.end(name, how)
        if how is signal.SIGTERM and took > 11:
            self.slow_ends.append(f"{name} took {took:.0f} s to end")

    def _restore(self) -> Fault:
        names = list(self.world.processes)

        def put_back() -> None:
            for name in names:
                self.world.end(name, signal.SIGTERM)
            fault.how = f"{self.restore():.0f} s old"
            for name in names:
                self.world.begin(name)

        fault = Fault(
            "restore", "books", put_back, self._confirm, self.chance.uniform(25, 45), stops=True, is_web_down=True
        )
        return fault

    def _confirm(self) -> None:
        """See what is missing, as a person does, and go on."""
        said = self.world.run("confirm", "books", "--json")
        self.missing += json.loads(said.stdout)["missing"]
        self.world.run("confirm", "books", "--entered-again")

    # --- backups -----------------------------------------------------------------------------------------------

    @property
    def beside(self) -> Path:
        """The folder of the ledger's files, which belong to the books."""
        return self.world.firm.folder / "books"

    def back_up(self) -> None:
        """Copy the books, as a firm does every night: once more where the ledger has grown meanwhile."""
        self._copies += 1
        file = self.world.folder / f"backup{self._copies}"
        files, checkpoint = file.with_suffix(".files"), self.beside / "ledger" / "checkpoint"
        while True:
            shutil.rmtree(files, ignore_errors=True)
            if self.beside.exists():
                shutil.copytree(self.beside, files)
            before = _read(files / "ledger" / "checkpoint")
            self._postgresql("pg_dump", "--format=custom", f"--file={file}", "books")
            if _read(checkpoint) == before:
                break
        self.backups.append((time.monotonic(), file))

    def restore(self) -> float:
        """Put an older copy of the books back; return its age in seconds."""
        older = [one for one in self.backups if one[0] < time.monotonic() - 45] or self.backups[:1]
        at, file = self.chance.choice(older[-3:])
        server = self.world.servers["books"]
        server.drop_database("books")
        server.create_database("books")
        self._postgresql("pg_restore", "--dbname=books", "--exit-on-error", str(file))
        shutil.rmtree(self.beside, ignore_errors=True)
        if file.with_suffix(".files").exists():
            shutil.copytree(file.with_suffix(".files"), self.beside)
        self.backups = [one for one in self.backups if one[0] <= at]
        return time.monotonic() - at

    def _postgresql(self, program: str, *arguments: str) -> None:
        from tests.servers.postgresql import programs

        place = self.world.servers["books"].place
        path = Path(programs()["postgres"]).with_name(program)
        door = ["--host=127.0.0.1", f"--port={place.port}", "--username=bailee", "--no-password"]
        environment = {"PGPASSWORD": place.password}
        subprocess.run([path, *door, *arguments], env=environment, check=True, capture_output=True)


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _done(_: object) -> None:
    return None
