"""The catalogue of all words of the pages, for translators; ``python -m tests.web.public.catalogue`` writes it anew.

Django's own command would want files copied about; its reader of templates and Python's own are all that is needed.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import bailee

ROOT = Path(bailee.__file__).parent
CATALOGUE = ROOT / "web" / "locale" / "django.pot"
FOLDERS = ("web", "requests/act.py", "requests/acts", "requests/rights.py")
"""Where words of pages stand: those of acts and rights are declared there."""

_HEAD = """\
# The words of the pages. Translate a copy into LANGUAGE/LC_MESSAGES/django.po and compile it with msgfmt.
msgid ""
msgstr ""
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""

_MARKERS = {
    "_": (), "gettext": (), "gettext_lazy": (), "gettext_noop": (), "ngettext": ("plural",),
    "pgettext": ("context",), "pgettext_lazy": ("context",), "translatable": (),
}  # fmt: skip
"""Function -> what stands beside the words."""

Words = tuple[str, str, str]
"""Context, words, their plural."""


def portable(*rooms: str) -> str:
    """Return the catalogue of ``rooms`` of the web as a file of gettext; none: of all that pages say."""
    found: dict[Words, list[str]] = {}
    for path in sorted(_files([f"web/{room}" for room in rooms] or FOLDERS)):
        read = _of_python if path.suffix == ".py" else _of_template
        for words in read(path.read_text(encoding="utf-8")):
            found.setdefault(words, []).append(os.path.relpath(path, ROOT / "web"))
    return "\n".join([_HEAD, *(_entry(words, places) for words, places in sorted(found.items()))])


def _files(folders: Iterable[str]) -> Iterator[Path]:
    for folder in folders:
        yield from (ROOT / folder).rglob("*.py")
        yield from (ROOT / folder).rglob("templates/**/*.html")
        if (ROOT / folder).is_file():
            yield ROOT / folder


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
    lines = [f"#: {' '.join(dict.fromkeys(places))}"]
    if "%(" in one + many:
        lines.append("#, python-format")
    if context:
        lines.append(f"msgctxt {_quoted(context)}")
    lines.append(f"msgid {_quoted(one)}")
    lines += [f"msgid_plural {_quoted(many)}", 'msgstr[0] ""', 'msgstr[1] ""'] if many else ['msgstr ""']
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


if __name__ == "__main__":
    CATALOGUE.parent.mkdir(exist_ok=True)
    CATALOGUE.write_text(portable(), encoding="utf-8")
