"""Where the rooms of the web keep templates and words. Paths alone: the books do not know the web."""

from __future__ import annotations

from pathlib import Path

_WEB = Path(__file__).parents[1] / "web"

TEMPLATES_OF_ROOMS = [_WEB / room / "templates" for room in ("shell", "accounts", "public", "console")]
LOCALE = _WEB / "locale"
