"""Whether all is well: the machine, what it reaches, and the work that waits.

Each thing that is looked at is a `DoctorFinding`, well or not; where it is not, the hint says what to do. Nothing is
changed, not even tables that are to be brought up to date, and no finding has anybody's data.
"""

from bailee.views.doctor.examination import examine
from bailee.views.doctor.findings import DoctorFinding

__all__ = ["DoctorFinding", "examine"]
