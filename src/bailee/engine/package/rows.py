"""One pass over the rows of a section: each goes into three spools, its file into a fourth."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Self

from markupsafe import Markup, escape

from bailee.engine.invisible_characters import show_invisible, write_json
from bailee.engine.package.cells import (
    WITHHELD,
    Json,
    format_csv,
    format_html,
    format_json,
    humanise_name,
    replace_surrogates,
)
from bailee.engine.package.model import FileEntry, PackingProgress, Record, Section, SectionSummary
from bailee.engine.package.names import SNIFFED, choose_extension
from bailee.engine.package.spool import CHUNK, Span, Spool

PAGE = 1_000  # rows on a page: a browser opens it at once

WHY_COLUMN, FILE_COLUMN = "(why)", "(file)"  # of the CSV; in brackets, since no column of a database is called so
MISSING, UNREADABLE = "file missing", "file could not be read"
SHARED = "file left out: somebody else's record names it"

_SHORT = 28  # characters: a telephone number, a moment, a name
_WHY = {"owned": "yours", "accessed": "you appear in it"}
_NOTHING = Span(0, 0)
_BOM = "\ufeff".encode()  # without it Excel takes a CSV for the country's old encoding


class Spools:
    """Rows as JSON, as CSV and as HTML, and the files, until the ZIP is written. A context manager."""

    def __init__(self, folder: Path) -> None:
        """Open them on the disk of ``folder``.

        :raises PackageError: no file can be made there
        """
        self._all: list[Spool] = []
        try:
            self.json, self.csv, self.html, self.files = (self._open_spool(folder) for _ in range(4))
        except BaseException:
            self.close()
            raise

    def _open_spool(self, folder: Path) -> Spool:
        self._all.append(Spool(folder))
        return self._all[-1]

    def close(self) -> None:
        """Close all of them."""
        for spool in self._all:
            spool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class SpooledFile:
    """A file in the spool: the name it has in the package, and its bytes."""

    name: str
    span: Span


@dataclass(slots=True)
class SpooledSection:
    """One section in the spools, and what was counted on the way. ``folder`` and ``stem`` name its files."""

    section: Section
    folder: str
    stem: str
    json: Span = _NOTHING
    csv: Span = _NOTHING
    pages: list[Span] = field(default_factory=list)
    files: list[SpooledFile] = field(default_factory=list)
    rows: int = 0
    withheld: int = 0
    missing: int = 0
    unreadable: int = 0
    shared: int = 0

    def summarise(self) -> SectionSummary:
        """Return the counts."""
        of = self.section
        return SectionSummary(
            of.system, of.collection, self.rows, self.withheld, len(self.files), self.missing, self.unreadable,
            self.shared,
        )  # fmt: skip


def spool_section(
    section: Section, folder: str, stem: str, spools: Spools, progress: Callable[[PackingProgress], None]
) -> SpooledSection:
    """Read the rows of ``section`` to their end, into ``spools``. Memory holds a row at a time.

    :raises PackageError: the disk is full, or fails
    :raises ValueError: a row has or masks a cell, or has a file, that the section does not name
    """
    spooled = SpooledSection(section, folder, stem)
    columns = frozenset(section.columns)
    json_start, csv_start, page_start = spools.json.end, spools.csv.end, spools.html.end
    sheet = csv.writer(_EncodedStream(spools.csv), lineterminator="\r\n")
    spools.csv.write(_BOM)
    sheet.writerow([format_csv(name) for name in _list_headings(section)])
    cells = _CellTags.from_section(section)

    for record in section.rows:
        _check_record(record, columns, files=section.files)
        spooled.withheld += len(record.masked)
        kept = _keep_file(record.file, spooled, spools.files) if record.file else None
        spools.json.write(b",\n" if spooled.rows else b"[\n")
        spools.json.write(_format_json_row(section, record, kept))
        sheet.writerow(_format_csv_row(section, record, kept))
        spooled.rows += 1
        spools.html.write(_format_html_row(section, record, kept, spooled.rows, cells))
        if spooled.rows % PAGE == 0:
            spooled.pages.append(spools.html.span_from(page_start))
            page_start = spools.html.end
            progress(PackingProgress("reading", spooled.rows, system=section.system, collection=section.collection))

    spools.json.write(b"\n]\n" if spooled.rows else b"[]\n")
    if spooled.rows % PAGE:
        spooled.pages.append(spools.html.span_from(page_start))
    spooled.json, spooled.csv = spools.json.span_from(json_start), spools.csv.span_from(csv_start)
    progress(PackingProgress("reading", spooled.rows, system=section.system, collection=section.collection))
    return spooled


def _check_record(record: Record, columns: frozenset[str], *, files: bool) -> None:
    # what the tables have no place for would be left out of the copy without a word
    if not (columns.issuperset(record.values) and columns >= record.masked):
        raise ValueError("a row has a cell that its section does not name")
    if record.file and not files:
        raise ValueError("a row has a file, and its section says that there are none")


# --- the file that a row names -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _KeptFile:
    """What became of a row's file: its ``name`` in the package, or, where that is empty, the ``trouble``."""

    original: str
    name: str = ""
    size: int = 0
    trouble: str = ""

    @property
    def path(self) -> str | None:
        """Where it is, seen from the tables."""
        return f"files/{self.name}" if self.name else None


def _keep_file(entry: FileEntry, spooled: SpooledSection, spool: Spool) -> _KeptFile:
    if entry.opener is None:
        spooled.shared += 1
        return _KeptFile(entry.name, trouble=SHARED)
    start = spool.end
    try:
        stored = _copy_file(entry.name, entry.opener, f"{spooled.stem}-{len(spooled.files) + 1:04d}", spool)
    except FileNotFoundError:
        spooled.missing += 1
        return _KeptFile(entry.name, trouble=MISSING)
    except OSError:
        spool.forget(start)  # half a recording is none
        spooled.unreadable += 1
        return _KeptFile(entry.name, trouble=UNREADABLE)
    spooled.files.append(stored)
    return _KeptFile(entry.name, stored.name, stored.span.size)


def _copy_file(name: str, opener: Callable[[], BinaryIO], stem: str, spool: Spool) -> SpooledFile:
    start = spool.end
    with opener() as stream:
        chunk = beginning = stream.read(CHUNK)
        while chunk:
            spool.write(chunk)
            chunk = stream.read(CHUNK)
    return SpooledFile(f"{stem}.{choose_extension(name, beginning[:SNIFFED])}", spool.span_from(start))


# --- a row, three ways ---------------------------------------------------------------------------------------


def _list_headings(section: Section) -> list[str]:
    return [*section.columns, *([FILE_COLUMN] if section.files else []), WHY_COLUMN]


def _format_json_row(section: Section, record: Record, kept: _KeptFile | None) -> bytes:
    values: Json = {
        replace_surrogates(name): None if name in record.masked else format_json(record.values.get(name))
        for name in section.columns
    }
    row: dict[str, Json] = {"values": values, "why": format_json(record.why)}
    if record.masked:
        row["withheld"] = [replace_surrogates(name) for name in section.columns if name in record.masked]
    if kept:
        row["file"] = {
            "path": kept.path,
            "bytes": kept.size,
            "original_name": format_json(kept.original),
            "trouble": kept.trouble or None,
        }
    return write_json(row).encode()


def _format_csv_row(section: Section, record: Record, kept: _KeptFile | None) -> Sequence[object]:
    cells: list[object] = [
        WITHHELD if name in record.masked else format_csv(record.values.get(name)) for name in section.columns
    ]
    if section.files:
        cells.append((kept.path or kept.trouble) if kept else "")
    return [*cells, format_csv(_WHY.get(record.why, record.why))]


@dataclass(frozen=True, slots=True)
class _CellTags:
    """The opening tags of a section's cells, made once. Each carries its heading, which a narrow screen shows."""

    columns: tuple[tuple[str, Markup, Markup], ...]  # the second for short values, which do not break
    file: Markup
    why: Markup

    @classmethod
    def from_section(cls, section: Section) -> Self:
        tag, short = Markup('<td data-l="{}">'), Markup('<td class="s" data-l="{}">')
        return cls(
            tuple(
                (
                    name,
                    tag.format(show_invisible(humanise_name(name))),
                    short.format(show_invisible(humanise_name(name))),
                )
                for name in section.columns
            ),
            tag.format("File"),
            short.format("Why it is here"),
        )


_ROW = (Markup('<tr id="r'), Markup('"><th scope="row" data-l="Row">'), Markup("</th>"), Markup("</tr>\n"))
_END = Markup("</td>")
_APART = Markup("<bdi>{}</bdi>")  # letters that are read from the right order nothing but themselves
_WITHHELD_CELL = Markup('<span class="withheld">{}</span>').format(WITHHELD)
_FILE_CELL = Markup(
    '<a href="files/{name}">{name}</a> <small>{size:,} bytes, “<bdi>{original}</bdi>” in our system</small>'
)
_TROUBLE_CELL = Markup('<span class="withheld">{trouble}</span> <small>“<bdi>{original}</bdi>” in our system</small>')


def _format_html_row(section: Section, record: Record, kept: _KeptFile | None, number: int, tags: _CellTags) -> bytes:
    # a list of Markup, which mypy holds to, so that a plain join may do: Markup.join looks at each part once more
    parts: list[Markup] = [_ROW[0], escape(number), _ROW[1], escape(f"{number:,}"), _ROW[2]]
    parts += (tags.why, escape(show_invisible(_WHY.get(record.why, record.why))), _END)
    if section.files:
        parts += (tags.file, _format_file_cell(kept) if kept else Markup(), _END)
    for name, tag, short in tags.columns:
        cell = _WITHHELD_CELL if name in record.masked else format_html(record.values.get(name))
        parts += (short if len(cell) <= _SHORT else tag, cell if cell.isascii() else _APART.format(cell), _END)
    parts.append(_ROW[3])
    return "".join(parts).encode()


def _format_file_cell(kept: _KeptFile) -> Markup:
    cell = _FILE_CELL if kept.name else _TROUBLE_CELL
    return cell.format(name=kept.name, size=kept.size, original=show_invisible(kept.original), trouble=kept.trouble)


class _EncodedStream:
    """What `csv.writer` writes to: text in, UTF-8 out."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool

    def write(self, text: str) -> int:
        self._spool.write(text.encode())
        return len(text)
