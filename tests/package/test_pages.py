"""The pages: safe to open, readable by anybody, and every link in them leads somewhere."""

from __future__ import annotations

import posixpath
from collections import Counter
from dataclasses import fields
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from bailee.engine.package import (
    About,
    Duration,
    FileEntry,
    OtherRight,
    PackageRecipient,
    Record,
    Section,
    SystemAbout,
    ThirdCountryTransfer,
)
from bailee.policy import Contact, Location
from tests.package.sample import ABOUT, contents, notes, recording, section, write

HOSTILE = "</td></title><script>alert('x')</script><img src=x onerror=\"alert(1)\"> {{ 7*7 }} <!-- rows --> \ud800\x00"
VOID = frozenset({"meta", "link", "br"})


class Page(HTMLParser):
    """A page, taken apart; anything unbalanced is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def pages(folder: Path) -> dict[str, Page]:
    return {name: Page(data.decode()) for name, data in contents(folder).items() if name.endswith(".html")}


@pytest.fixture
def written(tmp_path: Path) -> Path:
    missing = Record({"id": 2}, masked=frozenset({"note"}), file=FileEntry("x", lambda: (tmp_path / "none").open("rb")))
    write(
        tmp_path,
        section([recording("a.wav"), missing], files=True, collection="recording"),
        notes(*range(4_200)),
        section([], collection="voicemail"),
        section([Record({"id": 1})], system="saldo"),
    )
    return tmp_path


def test_every_link_leads_somewhere(written: Path) -> None:
    names = set(contents(written))
    for name, page in pages(written).items():
        anchors = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
        for attrs in page.all("a") + page.all("link"):
            href = attrs["href"] or ""
            if href.startswith("#"):
                assert href[1:] in anchors
            elif not href.startswith(("mailto:", "tel:")):
                assert posixpath.normpath(posixpath.join(posixpath.dirname(name), href)) in names


def test_every_file_of_the_payload_is_linked(written: Path) -> None:
    linked = {
        posixpath.normpath(posixpath.join(posixpath.dirname(name), attrs["href"] or ""))
        for name, page in pages(written).items()
        for attrs in page.all("a")
    }
    assert {name for name in contents(written) if name.startswith("data/")} <= linked


def test_a_page_reads_without_scripts_and_holds_no_style_of_its_own(written: Path) -> None:
    for page in pages(written).values():
        tags = {tag for tag, _ in page.tags}
        assert not tags & {"script", "style", "img", "iframe", "form", "object", "base"}
        for _, attrs in page.tags:
            assert not [name for name in attrs if name == "style" or name.startswith("on")]
        (policy,) = [m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
        assert policy is not None
        assert policy.startswith("default-src 'none'; style-src 'self'")


def test_a_page_can_be_found_ones_way_about_in(written: Path) -> None:
    for page in pages(written).values():
        assert page.all("html") == [{"lang": "en"}]
        assert len(page.all("h1")) == len(page.all("main")) == len(page.all("title")) == 1
        assert page.all("header")
        assert page.all("footer")
        first_link = page.all("a")[0]
        assert (first_link["class"], first_link["href"]) == ("skip", "#main")
        assert page.all("main")[0]["id"] == "main"
        assert len(page.all("caption")) == len(page.all("table"))
        assert all(th.get("scope") in {"col", "row", "rowgroup"} for th in page.all("th"))
        navs = [nav["aria-label"] for nav in page.all("nav")]
        assert len(set(navs)) == len(navs)
        counted = Counter(attrs["id"] for _, attrs in page.tags if "id" in attrs)
        assert set(counted.values()) == {1}
        levels = [int(tag[1]) for tag, _ in page.tags if tag in {"h1", "h2", "h3", "h4"}]
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_the_index_says_what_article_15_asks(written: Path) -> None:
    text = " ".join(pages(written)["index.html"].text.split())
    for words in (
        "What Corrib Exchange Ltd holds about you",
        "4,203 rows from 2 systems, and 1 file",
        "24 November 2026, 14:03 UTC",
        "R-2026-0117",
        "run your line",
        "call records",
        "Northbank",
        "twelve months",
        "Companies Act 2006, s. 388",
        "Have it erased",
        "Have its use restricted",
        "Data Protection Act 2018, ss. 164A and 165",
        "None.",
        "IDTA of 3 March 2026",
        "IE, own server",
        "of ours, for whom we hold it",
        "Maeve Lynch",
        "Dara Quinn",
        "Information Commissioner's Office",
        "Outside the United Kingdom",
        "UK GDPR Art. 15(1)(h)",
    ):
        assert words in text


def test_what_the_policy_leaves_open_is_said_and_not_hidden(tmp_path: Path) -> None:
    nobody = Contact()
    write(tmp_path, about=About("Corrib", "eu", nobody, nobody, nobody, ABOUT.made_at, reference=""))
    text = " ".join(pages(tmp_path)["index.html"].text.split())
    for words in (
        "We looked in the records that our map of personal data has, and found nothing about you",
        "names no systems",
        "names no recipient",
        "names no transfer",
        "names no storage period",
        "does not say whether decisions",
        "Art. 77",
        "Outside the European Economic Area",
    ):
        assert words in text
    assert "UK GDPR" not in text


def hostile_about() -> About:
    contact = Contact(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    return About(
        HOSTILE,
        "uk",
        contact,
        contact,
        contact,
        ABOUT.made_at,
        HOSTILE,
        (SystemAbout(HOSTILE, HOSTILE, (HOSTILE,), Location(HOSTILE, HOSTILE, HOSTILE), obtained=HOSTILE),),
        (HOSTILE,),
        (PackageRecipient(HOSTILE, HOSTILE, HOSTILE),),
        (Duration(HOSTILE, HOSTILE, HOSTILE),),
        (Duration(HOSTILE, HOSTILE, HOSTILE),),
        (OtherRight(HOSTILE, HOSTILE, HOSTILE),),
        HOSTILE,
        (ThirdCountryTransfer(HOSTILE, HOSTILE, HOSTILE),),
        (HOSTILE,),
        (HOSTILE,),
        (HOSTILE,),
    )


def test_no_text_from_anywhere_becomes_markup(tmp_path: Path) -> None:
    assert not [f.name for f in fields(About) if not getattr(hostile_about(), f.name)]
    row = Record({HOSTILE: HOSTILE}, why=HOSTILE, file=FileEntry(HOSTILE, lambda: (tmp_path / "none").open("rb")))
    other = Record({HOSTILE: {HOSTILE: [HOSTILE]}}, file=recording(HOSTILE).file)
    write(
        tmp_path,
        Section(HOSTILE, HOSTILE, HOSTILE, (HOSTILE,), iter([row, other]), files=True),
        about=hostile_about(),
    )
    found = pages(tmp_path)
    assert len(found) == 2
    for page in found.values():
        assert not {tag for tag, _ in page.tags} & {"script", "img"}
        assert not [attrs for _, attrs in page.tags if "onerror" in attrs]
        assert "{{ 7*7 }}" in page.text
        assert "\x00" not in page.text
        assert page.text.count("<!-- rows -->") > 3
        assert len(page.all("h1")) == 1
