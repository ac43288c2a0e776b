"""How often somebody may call, counted by each process for itself.

What must hold across processes, requests taken in and codes tried, requests count in the books.

The headers are those of draft-ietf-httpapi-ratelimit-headers: ``RateLimit-Policy`` and ``RateLimit``.
"""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True, slots=True)
class CallLimit:
    """So many ``calls`` in so many ``seconds``."""

    name: str
    calls: int
    seconds: int

    def policy(self) -> str:
        """Return the limit as the header ``RateLimit-Policy`` has it."""
        return f'"{self.name}";q={self.calls};w={self.seconds}'


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a limit: ``calls``, and ``wait`` seconds until there are more; with none left, refuse."""

    limit: CallLimit
    calls: int
    wait: int

    def header(self) -> str:
        """Return this as the header ``RateLimit`` has it."""
        return f'"{self.limit.name}";r={self.calls};t={self.wait}'


STAFF = CallLimit("staff", 600, 60)
PUBLIC = CallLimit("public", 120, 60)


class Meter:
    """Calls by key, within this process: a bucket that fills evenly (GCRA, the leaky bucket as a meter)."""

    def __init__(self, keys: int = 10_000) -> None:
        self._full_at: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._keys = keys
        self._lock = threading.Lock()

    def count(self, limit: CallLimit, key: str, now: float) -> Left | None:
        """Count one call of ``key`` at ``now`` (seconds) and return what is left, ``None`` where none was."""
        each = limit.seconds / limit.calls
        with self._lock:
            full_at = max(self._known(limit, key, now), now)
            self._full_at.pop((limit.name, key), None)
            allowed = full_at - now + each <= limit.seconds
            self._full_at[limit.name, key] = full_at = full_at + each if allowed else full_at
            while len(self._full_at) > self._keys:
                self._full_at.popitem(last=False)  # the one that was seen last longest ago
        left = Left(limit, int((limit.seconds - (full_at - now)) / each), ceil(full_at - now))
        return left if allowed else None

    def wait(self, limit: CallLimit, key: str, now: float) -> int:
        """Return in how many seconds ``key`` may call again."""
        each = limit.seconds / limit.calls
        return max(1, ceil(self._known(limit, key, now) - now + each - limit.seconds))

    def _known(self, limit: CallLimit, key: str, now: float) -> float:
        """Return when the bucket is full; nothing that a clock which was ahead has counted keeps anybody out."""
        full_at = self._full_at.get((limit.name, key), 0.0)
        return full_at if full_at - now <= limit.seconds else 0.0


def place_of(address: str) -> str:
    """Return from where a call comes: an IPv4 address, or the network of 64 bits that one house has of IPv6."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "nowhere"
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
