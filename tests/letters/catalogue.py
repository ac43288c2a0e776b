"""The catalogue of all words of letters, for translators; `python -m tests.letters.catalogue` writes it anew.

Babel would do it, and would be one more package for forty lines.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

import jinja2

from bailee.requests.letters import templates

ROOM = Path(templates.__file__).parent
CATALOGUE = ROOM / "locales" / "letters.pot"

_HEAD = """\
# The words of the letters. Translate a copy into LANGUAGE/LC_MESSAGES/letters.po and compile it with msgfmt.
msgid ""
msgstr ""
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""


def messages() -> dict[str, list[str]]:
    """Return what is translated: English -> the files where it stands."""
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n"], autoescape=True, trim_blocks=True)
    environment.policies["ext.i18n.trimmed"] = True
    found: dict[str, list[str]] = {}
    for path in sorted((ROOM / "templates").iterdir()):
        for _, _, text in environment.extract_translations(path.read_text(encoding="utf-8")):  # type: ignore[attr-defined]  # the extension has it
            found.setdefault(text, []).append(path.name)
    for text in (*templates.WEEKDAYS, *templates.MONTHS, templates.DAY, templates.MOMENT):
        found.setdefault(text, []).append("writing.py")
    return found


def portable() -> str:
    """Return the catalogue as a file of gettext."""
    return "\n".join([_HEAD, *_entries(messages())])


def _entries(found: Mapping[str, list[str]]) -> Iterator[str]:
    for text, places in found.items():
        kind = {"%(": "python-format", "{": "python-brace-format"}
        flags = [f"#, {flag}\n" for mark, flag in kind.items() if mark in text][:1]
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        where = " ".join(dict.fromkeys(places))
        yield f'#: {where}\n{"".join(flags)}msgid "{quoted}"\nmsgstr ""\n'


def compiled(translated: Mapping[str, str]) -> bytes:
    """Return a catalogue as gettext reads it (its manual, "The Format of GNU MO Files")."""
    pairs = sorted({"": "Content-Type: text/plain; charset=UTF-8\n", **translated}.items())
    ids, texts = ([text.encode() for text in column] for column in zip(*pairs, strict=True))
    start = 28 + 16 * len(pairs)
    tables, blob = [b"", b""], b""
    for number, column in enumerate((ids, texts)):
        for text in column:
            tables[number] += struct.pack("<II", len(text), start + len(blob))
            blob += text + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, start)
    return head + tables[0] + tables[1] + blob


if __name__ == "__main__":
    CATALOGUE.parent.mkdir(exist_ok=True)
    CATALOGUE.write_text(portable(), encoding="utf-8")
