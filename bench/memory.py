"""How much memory a copy takes: FOLDER SMALL LARGE TARGET. Prints JSON; Linux alone lets the peak be reset."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from time import perf_counter

from bailee.engine.copies import write_copy
from bailee.engine.people import search_person
from bailee.engine.systems import open_systems


def main() -> None:
    """Copy a small person first, so that all that is loaded once is loaded; then the large one."""
    folder, small, large, target = Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4])
    with open_systems(folder) as systems:
        with search_person(systems, [small]) as found:
            write_copy(found, target / "small.zip")
        before = _mib("VmRSS")
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
        start = perf_counter()
        with search_person(systems, [large]) as found:
            summary = write_copy(found, target / "large.zip")
        seconds = perf_counter() - start
    print(json.dumps({"rows": summary.rows, "extra": _mib("VmHWM") - before, "seconds": seconds}))


def _mib(what: str) -> float:
    found = re.search(rf"^{what}:\s+(\d+) kB$", Path("/proc/self/status").read_text(encoding="ascii"), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main()
