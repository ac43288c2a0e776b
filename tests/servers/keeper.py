"""Keeps one server: runs it, and sees to its end when it is told to or when the owner has ended, however that ended.

Run as a script, it goes into the background once the server is running. Its one argument is JSON: `owner` (process
id), `folder`, `argv`, `uid` and `gid` (or null), `signal` to end the server with, `throwaway` (the folder goes too).
In the folder it keeps `keeper.pid` while it lives and `server.pid` while the server does. SIGTERM ends both; SIGUSR1
starts a server again that has died.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PATIENCE = 60.0  # seconds for a server to write everything down
PAUSE = 0.1


def main() -> None:
    """Start the server, let the caller go on, and stay with it."""
    told = json.loads(sys.argv[1])
    folder = Path(told["folder"])
    if os.fork():
        while not (folder / "keeper.pid").exists():
            time.sleep(PAUSE / 10)
        os._exit(0)
    os.setsid()
    keep(told, folder)


def keep(told: dict[str, Any], folder: Path) -> None:
    """Run the server until the owner ends or SIGTERM comes."""
    asked: set[int] = set()
    for number in (signal.SIGTERM, signal.SIGUSR1):
        signal.signal(number, lambda got, _: asked.add(got))
    owner = Owner(told["owner"])
    server = run(told, folder)
    (folder / "keeper.pid").write_text(str(os.getpid()))
    while signal.SIGTERM not in asked and owner.lives():
        if server.poll() is not None:
            (folder / "server.pid").unlink(missing_ok=True)
            if signal.SIGUSR1 in asked:
                asked.discard(signal.SIGUSR1)
                server = run(told, folder)
        time.sleep(PAUSE)
    end(server, told["signal"])
    (folder / "server.pid").unlink(missing_ok=True)
    if told["throwaway"]:
        shutil.rmtree(folder / "data", ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)  # with keeper.pid: whoever waits for our end sees it now
    (folder / "keeper.pid").unlink(missing_ok=True)


def run(told: dict[str, Any], folder: Path) -> subprocess.Popen[bytes]:
    """Start the server as its account, in a session of its own: no Ctrl-C of a terminal reaches it."""
    with (folder / "log").open("ab") as log:
        server = subprocess.Popen(
            told["argv"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            user=told["uid"],
            group=told["gid"],
            extra_groups=[] if told["uid"] is not None else None,
        )
    (folder / "server.pid").write_text(str(server.pid))
    return server


def end(server: subprocess.Popen[bytes], number: int) -> None:
    """End the server by the signal, and by SIGKILL if it has no ear for that."""
    if server.poll() is None:
        server.send_signal(number)
    try:
        server.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


class Owner:
    """The process for which the server runs. A descriptor of it is never fooled by a number used again."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.descriptor: int | None = None
        if sys.platform == "linux":
            try:
                self.descriptor = os.pidfd_open(pid)
            except ProcessLookupError:
                self.pid = 0

    def lives(self) -> bool:
        """Whether the owner still runs."""
        if self.descriptor is not None:
            return not select.select([self.descriptor], [], [], 0)[0]
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return self.pid > 0


if __name__ == "__main__":
    main()
