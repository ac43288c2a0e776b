"""Characters that nobody sees, and that change what is read: each is shown by its code point, and none is lost.

A bidirectional override turns text round (``exe.gnp`` reads ``png.exe``), a zero width space makes two values look
alike, a control character steers what shows it. They come out of somebody's database, or are typed by a stranger. So
every output says ``[U+202E]`` where one stands: `show_invisible` for text, CSV and letters, `show_invisible_in_page`
for a whole HTML page. JSON is exact: `write_json` escapes them, and a program reads what was there. (Unicode TR 36, TR
39; CVE-2021-42574.)

Tabs and line breaks stay. So do the two joiners between letters of scripts that need them, and in emoji; between other
characters they are shown. Signs of the category Cf that have a shape, such as U+06DD, are seen and stay. So do
variation selectors: they choose the shape of the character before.
"""

from __future__ import annotations

import json
import re
from typing import Any

_UNSEEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters of ASCII and Latin-1, but tab and line breaks
    "\xad\u034f\u115f\u1160\u17b4\u17b5\u180e\u3164\uffa0"  # hyphens, joiners, fillers and vowels without a shape
    "\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # directions, zero width, separators
    "\ud800-\udfff\ufdd0-\ufdef"  # halves of surrogate pairs; what is no character, as is the last two of each plane
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
    + "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # formats of hieroglyphs, shorthand, music
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"  # tags, and what is to be ignored
)
_JOINERS = "\u200c\u200d"

# A joiner joins where what stands on both sides is seen, and of no script that has no use for it: Latin.
_NEEDS_IT = f"[^\x00-\u02ff{_UNSEEN}{_JOINERS}]"
_ALONE = f"(?<!{_NEEDS_IT})[{_JOINERS}]|[{_JOINERS}](?!{_NEEDS_IT})"
_SHOWN = re.compile(f"[{_UNSEEN}]|{_ALONE}")
_ESCAPED = re.compile(f"[{_UNSEEN}{_JOINERS}]")

# What a browser sends back as it came: the text of a form's fields. In text a '"' from data is "&quot;".
_FIELD = r'<textarea\b[^>]*>.*?</textarea>|\bvalue="[^"]*"'
_IN_PAGE = re.compile(f"(?P<field>{_FIELD})|{_SHOWN.pattern}", re.DOTALL)


def show_invisible(text: str) -> str:
    """Return ``text`` with ``[U+202E]`` for each character that nobody would see. Said twice, it says the same."""
    return text if text.isascii() and text.isprintable() else _SHOWN.sub(_name_character, text)


def write_json(value: Any) -> str:
    r"""Return ``value`` as JSON (RFC 8259) in Unicode, with ``\u202e`` for what nobody would see: it reads the same.

    Raises `ValueError` for numbers that JSON has not, `TypeError` for what is no JSON.
    """
    return _ESCAPED.sub(_escape_character, json.dumps(value, ensure_ascii=False, allow_nan=False))


def show_invisible_in_page(html: str) -> str:
    """Return a page with what nobody would see shown, in its text and its attributes.

    The text of a form's fields stays: it goes back as it came. ``html``: escaped, attributes in double quotes.
    """
    return _IN_PAGE.sub(_mark_in_page, html) if _SHOWN.search(html) else html


def _name_character(found: re.Match[str]) -> str:
    return f"[U+{ord(found[0]):04X}]"


def _mark_in_page(found: re.Match[str]) -> str:
    return found[0] if found["field"] else _name_character(found)


def _escape_character(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]
