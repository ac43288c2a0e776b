"""Where the templates of pages and the words of screens and letters are. Paths alone: no import of the web."""

from __future__ import annotations

from pathlib import Path

_WEB = Path(__file__).parents[1] / "web"

TEMPLATE_FOLDERS = [_WEB / package / "templates" for package in ("pages", "accounts", "public", "console")]
LOCALE = _WEB.parent / "locale"
"""The one message catalogue: a folder for each language, English first."""
