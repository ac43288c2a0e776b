"""How mail leaves the firm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Mail:
    """How mail leaves the firm: through the server ``host``; or not at all, and lands in ``folder`` as files.

    ``password``: a reference to a secret, or empty.

    ``sender``: an address; empty: that of the Data Controller. ``site``: where the public reaches Bailee, or empty.
    """

    host: str = ""
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    name: str = ""
    password: str = ""
    sender: str = ""
    site: str = ""
    folder: str = ""
