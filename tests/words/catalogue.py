"""The catalogue of all words of screens and letters, for translators; ``make words`` writes it.

Django's own command would want files copied about, and Babel would be one more package; Django's reader of templates,
Jinja's and Python's own are all that is needed.
"""

from __future__ import annotations

import ast
import re
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

import jinja2

import bailee
from bailee.requests.letters import templates
from bailee.store.web_packages import LOCALE

ROOT = Path(bailee.__file__).parent
CATALOGUE = LOCALE / "en" / "LC_MESSAGES" / "django.po"
FOLDERS = ("web", "requests/act.py", "requests/acts", "requests/rights.py")
"""Where the words of pages are: those of acts and rights are declared there."""

_HEAD = """\
# All words of screens and letters. A translation is a copy of this file in LANGUAGE/LC_MESSAGES/django.po, with each
# msgstr filled in, compiled with msgfmt into django.mo beside it. What has no translation is shown in English.
msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""

_MARKERS = {
    "_": (), "gettext": (), "gettext_lazy": (), "gettext_noop": (), "ngettext": ("plural",),
    "pgettext": ("context",), "pgettext_lazy": ("context",), "translatable": (),
}  # fmt: skip
"""Function -> what stands beside the words."""

_FORMATS = {"%(": "python-format", "{": "python-brace-format"}

Words = tuple[str, str, str]
"""Context, words, their plural."""


def catalogue() -> str:
    """Return the catalogue of English as a file of gettext."""
    return "\n".join([_HEAD, *(_entry(words, places) for words, places in sorted(messages().items()))])


def messages() -> dict[Words, list[str]]:
    """Return what is translated: each with the files in which it is, as paths inside the package ``bailee``."""
    found: dict[Words, list[str]] = {}
    for path, words in (*_of_pages(), *_of_letters()):
        place = path.relative_to(ROOT).as_posix()
        if place not in found.setdefault(words, []):
            found[words].append(place)
    return found


def _of_pages() -> Iterator[tuple[Path, Words]]:
    for folder in FOLDERS:
        place = ROOT / folder
        paths = [place] if place.is_file() else [*place.rglob("*.py"), *place.rglob("templates/**/*.html")]
        for path in sorted(paths):
            read = _of_python if path.suffix == ".py" else _of_template
            yield from ((path, words) for words in read(path.read_text(encoding="utf-8")))


def _of_letters() -> Iterator[tuple[Path, Words]]:
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n"], autoescape=True, trim_blocks=True)
    environment.policies["ext.i18n.trimmed"] = True
    module = Path(templates.__file__)
    for path in sorted((module.parent / "templates").iterdir()):
        for _, _, text in environment.extract_translations(path.read_text(encoding="utf-8")):  # type: ignore[attr-defined]  # the extension has it
            yield path, ("", text, "")
    for text in (*templates.WEEKDAYS, *templates.MONTHS, templates.DAY, templates.MOMENT):
        yield module, ("", text, "")


def _of_python(source: str) -> Iterator[Words]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in _MARKERS:
            continue
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        match _MARKERS[node.func.id], texts:
            case ("plural",), [one, many]:
                yield "", one, many
            case ("context",), [context, one]:
                yield context, one, ""
            case (), [one]:
                yield "", one, ""
            case (), [one, context]:
                yield context, one, ""


def _of_template(source: str) -> Iterator[Words]:
    """Yield the words of a template as Django asks for them."""
    from django.template.base import Lexer, TokenType

    block: list[str] | None = None
    singular: str | None = None
    for token in Lexer(source).tokenize():
        said = token.contents
        if token.token_type == TokenType.BLOCK and said.startswith("blocktranslate"):
            block, singular = [], None
        elif token.token_type == TokenType.BLOCK and said == "plural" and block is not None:
            singular, block = "".join(block), []
        elif token.token_type == TokenType.BLOCK and said == "endblocktranslate" and block is not None:
            text = "".join(block)
            yield ("", singular, text) if singular is not None else ("", text, "")
            block = None
        elif block is not None:
            block.append(
                f"%({said.partition('|')[0]})s" if token.token_type == TokenType.VAR else said.replace("%", "%%")
            )
        elif token.token_type == TokenType.BLOCK and (match := re.match(r'translate "([^"]*)"', said)):
            yield "", match[1], ""


def _entry(words: Words, places: list[str]) -> str:
    context, one, many = words
    lines = [f"#: {' '.join(places)}"]
    formats = [f"#, {name}" for mark, name in _FORMATS.items() if mark in one + many]
    lines += formats[:1]
    if context:
        lines.append(f"msgctxt {_quoted(context)}")
    lines.append(f"msgid {_quoted(one)}")
    lines += [f"msgid_plural {_quoted(many)}", 'msgstr[0] ""', 'msgstr[1] ""'] if many else ['msgstr ""']
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def compiled(translated: Mapping[Words, str]) -> bytes:
    """Return a catalogue as gettext reads it ("The Format of GNU MO Files" in its manual), without plurals."""
    head = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
    single = {words: text for words, text in translated.items() if not words[2]}
    keyed = {f"{context}\x04{one}" if context else one: text for (context, one, _), text in single.items()}
    pairs = sorted((one.encode(), text.encode()) for one, text in {"": head, **keyed}.items())
    start = 28 + 16 * len(pairs)
    tables, blob = [b"", b""], b""
    for number, column in enumerate(zip(*pairs, strict=True)):
        for text in column:
            tables[number] += struct.pack("<II", len(text), start + len(blob))
            blob += text + b"\0"
    return (
        struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, start) + tables[0] + tables[1] + blob
    )


if __name__ == "__main__":
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_text(catalogue(), encoding="utf-8")
