"""``bailee confirm``: what a person says to Bailee that no machine can know."""

from __future__ import annotations

from pathlib import Path

from bailee.cli import options
from bailee.cli.exits import Exit
from bailee.cli.show import Line, show, show_json


def clock(policy: options.PolicyFolder = Path(), *, json: options.AsJson = False) -> int:
    """Say that this machine's clock is right, where the books were last used long ago, or by a clock that was ahead.

    Look at another clock first: what is due is deleted by this one.
    """
    from bailee.policy import load
    from bailee.runner.office import Office
    from bailee.runner.state import state_of
    from bailee.runner.time_check import confirm, doubts, machine_now

    read = load(policy, public=False)
    office = Office(policy, read, state_of(read, policy), machine_now())
    here = confirm(office.state)
    left = doubts(office.state, office.connectors())
    if json:
        show_json({"time": here.isoformat(), "doubts": list(left)})
    else:
        show([Line(f"this machine's clock is taken for right: {here:%Y-%m-%d %H:%M} UTC", style="bold")])
        show(Line(f"but {says}: set one of the two right", style="bold red") for says in left)
    return Exit.LOOK if left else Exit.DONE
