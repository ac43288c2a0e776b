"""The page says of every promise whether it is kept, how that is known, and what is not promised; and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from bailee.checks import PromiseResult, Verdict
from bailee.notice import Evidence
from bailee.notice.page import build_page
from bailee.policy import Notice, Policy, load
from tests.notice.example import FIRM, evidence, policy

NOTES = {
    "calls-kept-six-years": (
        "broken",
        "Not kept since 22 Nov 2026 3 of 8,114 rows of phones.recording are older than 6 years. Measured,",
    ),
    "stored-in-region": ("unknown", "We cannot say at present Could not look: phones does not answer."),
    "vetted": ("unknown", "We cannot say at present Not checked yet."),
    "encrypted": (
        "kept",
        "The disks are encrypted: luks (Maeve Lynch, 2 November 2026). Attested, confirmed 25 Nov 2026.",
    ),
}


def page_of(firm: Policy, found: dict[str, Evidence] | None = None) -> BeautifulSoup:
    assert firm.notice is not None
    files = build_page(firm, firm.notice, evidence() if found is None else found)
    assert set(files) == {"index.html", "bailee.css"}
    return BeautifulSoup(files["index.html"].decode(), "html.parser")


def written(tmp_path: Path, notice: str, promises: str = "") -> Policy:
    """A firm with these words."""
    for name in ("bailee.yaml", "retention.yaml", "processors.yaml"):
        (tmp_path / name).write_text((FIRM / name).read_text())
    (tmp_path / "systems").mkdir()
    (tmp_path / "systems" / "x.yaml").write_text("system: x\nconnector: files\nurl: x\n")
    (tmp_path / "promises.yaml").write_text(promises)
    (tmp_path / "notice.md").write_text(notice)
    return load(tmp_path)


def text(tag: Tag | None) -> str:
    assert tag is not None
    return " ".join(tag.get_text(" ").replace("\u2060", "").split())


@pytest.fixture(scope="module")
def page() -> BeautifulSoup:
    return page_of(policy())


@pytest.mark.parametrize("name", NOTES)
def test_beside_each_promise_stands_how_it_is(page: BeautifulSoup, name: str) -> None:
    verdict, note = NOTES[name]
    said = page.find(id=f"said-{name}")
    assert isinstance(said, Tag)
    assert said["class"] == ["said", verdict]
    mark = said.find("a", class_="mark")
    assert isinstance(mark, Tag)
    assert mark["href"] == f"#how-{name}"
    assert text(mark).startswith(f"({verdict},")
    assert text(said.find(class_="note")).startswith(note)


def test_the_counts_are_of_promises_and_not_of_sentences(page: BeautifulSoup) -> None:
    standing = text(page.find(class_="standing"))
    assert standing.startswith("11 promises 8 kept 1 broken 2 unknown")
    assert standing.endswith("Last checked 25 November 2026, 06:12 UTC; some promises earlier, or not yet")


def test_the_contents_lead_to_every_part_and_say_where_something_is_wrong(page: BeautifulSoup) -> None:
    links = {text(a): a for a in page.select("nav.toc a")}
    assert list(links) == [
        "What we hold, and why",
        "How long we keep it",
        "Who else sees it",
        "Your rights",
        "Who we are, and whom to complain to",
        "What we do not promise",
        "How we know",
    ]
    marked = {title: str(svg["aria-label"]) for title, a in links.items() if isinstance(svg := a.find("svg"), Tag)}
    assert marked == {
        "How long we keep it": "holds a promise that is broken",
        "Who else sees it": "holds a promise that is unknown",
    }


def test_every_link_leads_somewhere_and_no_id_stands_twice(page: BeautifulSoup) -> None:
    ids = [str(tag["id"]) for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    inside = [str(a["href"])[1:] for a in page.find_all("a") if str(a["href"]).startswith("#")]
    assert set(inside) <= set(ids)


def test_what_is_not_promised_stands_together_too(page: BeautifulSoup) -> None:
    items = [text(item) for item in page.select("#not-promised li")]
    assert len(items) == 3
    assert items[2] == "That a newsletter already sent can be called back."


def test_third_parties_stand_in_a_table_with_what_safeguards_them(page: BeautifulSoup) -> None:
    rows = [[text(cell) for cell in row.find_all("td")] for row in page.select(".prose table tbody tr")]
    assert rows[0] == [
        "SMTP2GO",
        "sends our email",
        "name and email",
        "New Zealand, where the law finds data well protected",
    ]
    assert rows[1][1:] == [
        "sends the newsletter, until 31 December 2026",
        "name and email",
        "United States, certified to the EU-US Data Privacy Framework (certificate of 31 January 2025)",
    ]
    assert rows[2][3] == "Germany"


def test_hints_and_queries_are_the_firms_own(page: BeautifulSoup) -> None:
    assert "systems/phones.yaml" not in str(page)
    assert "SELECT" not in str(page)


def test_the_page_has_no_script_no_style_and_nothing_inline(page: BeautifulSoup) -> None:
    assert not page.find_all(["script", "style", "iframe", "img", "object"])
    assert not page.find_all(style=True)
    assert not [tag for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")]
    assert [link["href"] for link in page.find_all("link")] == ["bailee.css"]


def test_a_promise_that_is_made_twice_has_one_note_and_two_marks(tmp_path: Path) -> None:
    twice = "[A thing that is so.]{promise=p}\n\n[It is so again.]{promise=p}\n"
    page = page_of(
        written(tmp_path, f"# N\n\nHello.\n\n## Part\n\n{twice}", "p: {says: it is so, promise: not-sold}\n"), {}
    )
    assert len(page.select(".note")) == 1
    assert [tag["id"] for tag in page.select(".said")] == ["said-p", "said-p-2"]


def test_in_a_dense_paragraph_kept_promises_share_a_note_and_make_room_for_a_broken_one(tmp_path: Path) -> None:
    names = ("a", "b", "c")
    words = " ".join(f"[We do {name}.]{{promise={name}}}" for name in names)
    firm = written(
        tmp_path, f"## Part\n\n{words}\n", "".join(f"{n}: {{says: {n}, promise: not-sold}}\n" for n in names)
    )
    found = {name: evidence()["encrypted"] for name in names}
    broken = replace(found["c"], kept=PromiseResult("c", Verdict.BROKEN, found["c"].kept.findings))
    (note,) = page_of(firm, found).select(".note")
    assert text(note).startswith("3 promises of this paragraph are kept.")
    (note,) = page_of(firm, {**found, "c": broken}).select(".note")
    assert text(note).startswith("Not kept since")


def test_a_note_of_many_rows_says_their_sum_and_the_most_of_them_as_the_public_would() -> None:
    found = evidence()["calls-kept-six-years"]
    (one,) = found.kept.findings
    many = tuple(
        replace(one, about=f"crm.{kind}", says=f"{count} rows of crm.{kind}", public=f"{count} {kind}s", count=count)
        for kind, count in (("contact", 2), ("message", 26), ("ticket", 1_000))
    )
    name = found.kept.promise
    broken = page_of(policy(), {**evidence(), name: replace(found, kept=replace(found.kept, findings=many))})
    note = text(broken.select_one(".note.broken"))
    assert "3 kinds of data, 1,028 rows; the most: 1000 tickets. 26 messages. Measured" in note
    assert all(line in text(broken.find(id=f"how-{name}")) for line in ("2 contacts.", "26 messages.", "1000 tickets."))
    assert "crm." not in text(broken.find(id=f"how-{name}"))


HOSTILE = """# <script>alert(1)</script> [x](javascript:alert(1))

![picture](https://elsewhere.example/x.png)

## A & B <img src=x onerror=alert(1)>

<div onclick="x">raw</div> [link](javascript:alert(2)) [good](https://good.example) & <b>bold</b> {{ firm.name }}

[in a [link with [a promise]{promise=p}](https://good.example)]{plain}

# Second title

## A & B <img src=x onerror=alert(1)>

{promise=p}
| a | b |
|---|---|
| c | [d]{promise=p} |

{promise=p}
- item

```
{{ firm.name }}
```
"""


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    firm = written(tmp_path, HOSTILE, 'p: {says: "</p><script>", promise: not-sold, not_promised: "<b>x</b>"}\n')
    firm = replace(firm, firm=replace(firm.firm, name='<script>"&'))
    page = page_of(firm, {})
    assert not page.find_all(["script", "img", "b", "div"], onclick=True)
    assert not page.find_all(["script", "img", "b"])
    assert {str(a["href"]) for a in page.select(".prose a") if not str(a["href"]).startswith("#")} == {
        "https://good.example"
    }
    assert len(page.find_all("h1")) == 1
    assert not [a for a in page.find_all("a") if a.find("a")]
    ids = [str(tag["id"]) for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert text(page.find("title")).endswith('· <script>"&')
    assert page.select('td[data-l="b"]')


def test_a_notice_without_a_promise_is_a_page_too(tmp_path: Path) -> None:
    page = page_of(written(tmp_path, "We say nothing.\n"), {})
    assert text(page.find("h1")) == "Privacy notice"
    assert page.find(id="how") is None
    assert page.find(class_="standing") is None


def test_an_empty_notice_is_a_page(tmp_path: Path) -> None:
    firm = written(tmp_path, "")
    assert firm.notice == Notice("", "", ())
    assert page_of(firm, {}).find("h1") is not None


def test_the_style_is_the_houses_own_and_asks_for_nothing() -> None:
    firm = policy()
    assert firm.notice is not None
    style = build_page(firm, firm.notice, {})["bailee.css"].decode()
    assert style.startswith("/* Bailee:")
    assert not re.search(r"@import|url\((?!#)|https?:", style)


def test_whose_name_says_their_role_is_not_called_so_twice() -> None:
    firm = policy()
    for name, says in (("Maeve Lynch", "Data Controller: Maeve Lynch"), ("Our Data Controller", "Our Data Controller")):
        controller = replace(firm.firm.controller, name=name)
        page = page_of(replace(firm, firm=replace(firm.firm, controller=controller)))
        assert text(page.select_one(".colophon span")).endswith(f" · {says}")
