"""The pages: `index.html` and the frame around the rows of a collection. Everything a template prints is escaped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from math import ceil

import jinja2

from bailee.engine.invisible_characters import show_invisible_in_page
from bailee.engine.package.cells import WITHHELD, humanise_name
from bailee.engine.package.model import About, list_rights
from bailee.engine.package.rows import PAGE, SpooledSection
from bailee.policy import Contact

_ROWS = "<!-- rows -->"  # stands in the template alone: from data a "<" comes out as "&lt;"


def write_index(about: About, sections: list[SpooledSection]) -> bytes:
    """Return ``index.html``: what is inside, the words of Art. 15(1)(a) to (h) and 15(2), and how to read the rest."""
    page = _load_templates().get_template("index.html").render(
        about=about,
        law="UK GDPR" if about.regime == "uk" else "GDPR",
        area="the United Kingdom" if about.regime == "uk" else "the European Economic Area",
        rights=about.rights or list_rights(about.regime),
        systems=[(title, list(group)) for title, group in groupby(sections, lambda s: s.section.system_title)],
        total=_sum_sections(sections),
        withheld_words=WITHHELD,
    )  # fmt: skip
    return show_invisible_in_page(page).encode()


def write_frame(about: About, spooled: SpooledSection, number: int) -> tuple[bytes, bytes]:
    """Return what stands before and after the rows of page ``number`` (from 1) of a section."""
    pages = ceil(spooled.rows / PAGE)
    text = (
        _load_templates()
        .get_template("rows.html")
        .render(
            about=about,
            section=spooled.section,
            first=(number - 1) * PAGE + 1,
            last=min(number * PAGE, spooled.rows),
            rows=spooled.rows,
            number=number,
            pages=pages,
            stem=spooled.stem,
            name_of=lambda n: name_page(spooled.stem, n),
        )
    )
    head, _, foot = show_invisible_in_page(text).partition(_ROWS)
    return head.encode(), foot.encode()


def name_page(stem: str, number: int) -> str:
    """Return the file name of page ``number`` of the section called ``stem``."""
    return f"{stem}-{number:04d}.html"


@dataclass(frozen=True, slots=True)
class _Total:
    rows: int
    files: int
    withheld: int
    absent: int
    shared: int


def _sum_sections(sections: list[SpooledSection]) -> _Total:
    return _Total(
        rows=sum(s.rows for s in sections),
        files=sum(len(s.files) for s in sections),
        withheld=sum(s.withheld for s in sections),
        absent=sum(s.missing + s.unreadable for s in sections),
        shared=sum(s.shared for s in sections),
    )


@cache
def _load_templates() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("bailee.engine.package"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "day": _format_day,
        "moment": _format_moment,
        "count": _format_count,
        "reach": _list_ways,
        "page_name": name_page,
        "words": humanise_name,
    }
    return made


def _format_day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _format_moment(moment: datetime) -> str:
    zone = moment.tzname() or ""
    return f"{_format_day(moment)}, {moment:%H:%M} {zone}".rstrip()


def _format_count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _list_ways(contact: Contact) -> list[tuple[str, str]]:
    """Return the ways to reach ``contact``, each with the address to link to, if any."""
    ways = [
        (contact.email, f"mailto:{contact.email}"),
        (contact.phone, f"tel:{''.join(contact.phone.split())}"),
        (contact.address, ""),
    ]
    return [(text, link) for text, link in ways if text]
