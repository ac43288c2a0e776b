"""The demo firm: a policy folder that teaches the words of the data map, and small systems full of invented people.

Whoever wants to see what Bailee does starts here, and whoever writes a policy of their own reads this one first. The
policy is plain text under ``policy/``, the tables stand in ``ddl/``; Python only makes up who lives in them. The same
day and seed give the same firm.
"""

from bailee.demo.cast import CastMember
from bailee.demo.folder import Demo, DemoError, build

__all__ = ["CastMember", "Demo", "DemoError", "build"]
