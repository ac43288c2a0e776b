"""The promises of a policy folder looked at, and rehearsed.

`run_checks` asks the systems and says what is kept; `rehearse_checks` plants violations in copies and looks whether the
lights turn. `read_history` tells since when each promise stands as it does.
"""

from bailee.engine.checking.history import PromiseHistory, read_history
from bailee.engine.checking.rehearsals import RehearsalResult, rehearse_checks
from bailee.engine.checking.runs import CheckReport, run_checks

__all__ = ["CheckReport", "PromiseHistory", "RehearsalResult", "read_history", "rehearse_checks", "run_checks"]
