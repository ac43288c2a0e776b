"""Where the templates of pages and the words of screens and letters are. Paths alone: no import of the web."""

from __future__ import annotations

from pathlib import Path

_WEB = Path(__file__).parents[1] / "web"

WEB_PACKAGES = [_WEB / name for name in ("pages", "accounts", "public", "console")]
"""Packages of the web that may have templates, styles and scripts of their own."""

TEMPLATE_FOLDERS = [package / "templates" for package in WEB_PACKAGES]
LOCALE = _WEB.parent / "locale"
"""The one message catalogue: a folder for each language, English first."""
