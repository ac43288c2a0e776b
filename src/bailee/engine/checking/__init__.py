"""The promises of a policy folder looked at, and rehearsed.

`look` asks the systems and says what is kept; `rehearse` plants violations in copies and looks whether the lights turn.
`past` tells since when each promise stands as it does.
"""

from bailee.engine.checking.history import Past, past
from bailee.engine.checking.rehearsals import Rehearsed, rehearse
from bailee.engine.checking.runs import CheckReport, look

__all__ = ["CheckReport", "Past", "Rehearsed", "look", "past", "rehearse"]
