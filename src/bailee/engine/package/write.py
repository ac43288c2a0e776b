"""The whole: rows into spools, spools into the ZIP, the ZIP to its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import resources
from pathlib import Path

from bailee.engine.package.bag import Bag
from bailee.engine.package.model import About, PackageSummary, PackingProgress, Section
from bailee.engine.package.names import make_slug, make_unique
from bailee.engine.package.pages import name_page, write_frame, write_index
from bailee.engine.package.rows import SpooledSection, Spools, spool_section
from bailee.engine.package.spool import OutputFile, Span, Spool, open_whole


def write_package(
    target: Path,
    about: About,
    sections: Iterable[Section],
    progress: Callable[[PackingProgress], None],
    *,
    pages: bool = True,
) -> PackageSummary:
    """Write the copy of a person's data to ``target``, a ZIP that only this account may read, and tell what is inside.

    Rows are read once, section by section; files are read as their rows come. Memory does not grow with the rows, and
    by some 500 bytes a file. While it works, the disk of ``target`` holds the data about twice. The same
    arguments make the same bytes. Without ``pages`` it holds what programs read alone: JSON, CSV, and the files.

    GDPR Art. 15(1) to (4): other people's cells are masked by the caller and left out here.

    :raises PackageError: the target exists, its folder is missing, the disk is full or fails; nothing is left behind
    :raises ValueError: a row has what its section does not name, or ``about.made_at`` no time zone
    :raises Exception: whatever the rows raise while they are read; nothing is left behind then either
    """
    if about.made_at.tzinfo is None:
        raise ValueError("made_at has no time zone")
    with open_whole(target) as output, Spools(target.parent) as spools, Spool(target.parent) as manifest:
        spooled = _spool_all(sections, spools, progress)
        _pack_bag(output, about, spooled, spools, manifest, progress, pages=pages)
        size = output.tell()
    return PackageSummary(target, size, tuple(s.summarise() for s in spooled))


def _spool_all(
    sections: Iterable[Section], spools: Spools, progress: Callable[[PackingProgress], None]
) -> list[SpooledSection]:
    spooled: list[SpooledSection] = []
    folders: dict[str, str] = {}
    taken_folders: set[str] = set()
    taken_stems: dict[str, set[str]] = {}
    for section in sections:
        if section.system not in folders:
            folders[section.system] = make_unique(make_slug(section.system), taken_folders)
        folder = folders[section.system]
        stem = make_unique(make_slug(section.collection), taken_stems.setdefault(folder, {"files"}))
        spooled.append(spool_section(section, folder, stem, spools, progress))
    return spooled


def _pack_bag(
    output: OutputFile,
    about: About,
    sections: list[SpooledSection],
    spools: Spools,
    manifest: Spool,
    progress: Callable[[PackingProgress], None],
    *,
    pages: bool,
) -> None:
    done, total = 0, sum(s.end for s in (spools.json, spools.csv, spools.html, spools.files))

    def count_written(count: int) -> None:
        nonlocal done
        done += count
        progress(PackingProgress("packing", min(done, total), total))

    index = write_index(about, sections)
    style = resources.files("bailee.engine.package").joinpath("templates", "style.css").read_bytes()
    with Bag(output, about.made_at, manifest, count_written) as bag:
        if pages:
            bag.add("index.html", len(index), [index])
            bag.add("style.css", len(style), [style])
        for spooled in sections:
            _add_section(bag, about, spooled, spools, pages=pages)
        bag.finish(
            [
                ("Source-Organization", about.firm),
                ("External-Identifier", about.reference),
                ("External-Description", f"Copy of personal data, GDPR Art. {15 if pages else 20}"),
                ("Bagging-Date", about.made_at.date().isoformat()),
                ("Bag-Software-Agent", "Bailee"),
            ]
        )


def _add_section(bag: Bag, about: About, spooled: SpooledSection, spools: Spools, *, pages: bool) -> None:
    base = f"data/{spooled.folder}"
    bag.add(f"{base}/{spooled.stem}.json", spooled.json.size, spools.json.read(spooled.json))
    bag.add(f"{base}/{spooled.stem}.csv", spooled.csv.size, spools.csv.read(spooled.csv))
    for number, span in enumerate(spooled.pages, 1) if pages else ():
        head, foot = write_frame(about, spooled, number)
        size = len(head) + span.size + len(foot)
        bag.add(f"{base}/{name_page(spooled.stem, number)}", size, _frame_rows(head, spools.html, span, foot))
    for stored in spooled.files:
        # recordings and pictures are compressed already: to do it again costs much and gains nothing
        bag.add(f"{base}/files/{stored.name}", stored.span.size, spools.files.read(stored.span), deflate=False)


def _frame_rows(head: bytes, spool: Spool, span: Span, foot: bytes) -> Iterator[bytes]:
    yield head
    yield from spool.read(span)
    yield foot
