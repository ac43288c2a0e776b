"""Words of pages that are declared where Django is not set up yet."""

from __future__ import annotations


def translatable(text: str, _context: str = "") -> str:
    """Return ``text``, which the message catalogue has (``make words``), in a context where it has several meanings.

    Django's own mark wants the books open; pages give what is marked so to Django's `gettext` or `pgettext`.
    """
    return text
