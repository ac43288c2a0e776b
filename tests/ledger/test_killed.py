"""`kill -9` of a writer before every flush to the disk: the log is as before or as after, and goes on."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path
from unittest.mock import patch

from bailee.ledger import Log, audit
from tests.ledger.logs import KEY, SIGNER, entry, made

CONTEXT = multiprocessing.get_context("fork")
FIRST, BATCH = 250, 10  # over the edge of a tile


def _append(folder: Path, first: int, die_at: int) -> None:
    passed = 0

    def flush(descriptor: int) -> None:
        nonlocal passed
        passed += 1
        if passed == die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        os.fsync(descriptor)

    with patch("bailee.ledger.log.fsync", flush):
        Log(folder, SIGNER).append([entry(first + n) for n in range(BATCH)])


def _in_its_own(folder: Path, first: int, die_at: int) -> int | None:
    process = CONTEXT.Process(target=_append, args=(folder, first, die_at))
    process.start()
    process.join()
    return process.exitcode


def test_a_writer_that_is_killed_anywhere_leaves_the_old_log_or_the_new_one(tmp_path: Path) -> None:
    folder, ends = tmp_path / "ledger", list[int]()
    made(folder, FIRST)
    size, point = FIRST, 1
    while (code := _in_its_own(folder, size, point)) == -signal.SIGKILL:
        head, findings = audit(folder, KEY)
        assert not findings, f"killed at flush {point}"
        assert head is not None
        assert head.size in {size, size + BATCH}
        ends.append(head.size - size)
        size, point = head.size, point + 1
    assert code == 0
    assert ends.count(0) == len(ends) - ends.count(BATCH) >= 8
    log = Log(folder, SIGNER)
    assert [log.entry(n) for n in range(size + BATCH)] == [entry(n) for n in range(size + BATCH)]
