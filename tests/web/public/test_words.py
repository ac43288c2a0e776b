"""Every word of the public's pages goes through gettext: in a language that puts each in brackets nothing is left."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from bs4 import BeautifulSoup
from bs4.element import NavigableString
from django.utils import translation

from bailee.requests import clocks
from bailee.requests.unsubscriptions import make_unsubscribe_token
from bailee.store.models import Role
from tests.web.public.live import ALICE, BOB, Open

ATTRIBUTES = ("aria-label", "title", "placeholder", "alt")

NOT_OURS = (
    ".prose > section:not(#use):not(#how):not(#not-promised)", ".lede", ".toc a", ".notice > header h1", ".firm",
    ".unpromised li",
    "#how li", ".when", ".letter .says", "summary", ".question", ".stays", "small", "details", ".change", "h3",
    ".colophon", ".hash", "dd", "textarea", "script", "td", "#proves", "code",
)  # fmt: skip
"""Where the firm speaks, the law, a letter (which is tested by itself), or a person."""


@pytest.fixture
def brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A language of which each word stands in brackets, but for what is filled into it."""

    def bracketed(text: str) -> str:
        kept = re.split(r"(%\(\w+\)[sd]|<[^>]+>)", text)
        return "".join(
            part if n % 2 else f"\u27e6{part}\u27e7" if part.strip() else part for n, part in enumerate(kept)
        )

    def gettext(text: str) -> str:
        return bracketed(text)

    def ngettext(one: str, many: str, count: int) -> str:
        return bracketed(one if count == 1 else many)

    def pgettext(context: str, text: str) -> str:
        assert context
        return bracketed(text)

    fakes: dict[str, Callable[..., str]] = {"gettext": gettext, "ngettext": ngettext, "pgettext": pgettext}
    for name, fake in fakes.items():
        monkeypatch.setattr(translation._trans, name, fake, raising=False)  # type: ignore[attr-defined]


def bare(page: str) -> Iterator[str]:
    """Yield the words of a page that came to it by no translation."""
    soup = BeautifulSoup(page, "html.parser")
    for selector in NOT_OURS:
        for each in soup.select(selector):
            each.decompose()
    body = soup.body
    assert body is not None
    for text in body.find_all(string=True):
        if type(text) is NavigableString:  # and no comment, script or doctype
            yield from _bare(str(text))
    for element in body.find_all(True):
        for name in ATTRIBUTES:
            if value := element.get(name):
                yield from _bare(str(value))


_DATA = (r"[\w.+-]+@[\w.-]+", r"https?://\S+", r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2}")
_NAMES = ("Quill & Co", "Noor", "Information Commissioner", "/verify", "SHA-256")


def _bare(text: str) -> Iterator[str]:
    left = re.sub(r"\u27e6[^\u27e7]*\u27e7", " ", text)
    left = re.sub("|".join((*_DATA, *_NAMES)), " ", left)
    yield from (word for word in re.findall(r"[^\W\d_]{2,}", left))


def test_every_word_of_every_page_is_translated(live: Open, brackets: None) -> None:
    assert brackets is None
    live.look()
    reference = live.ask("copy", email=ALICE, reply_to=ALICE)
    pages = [
        "/", "/ask", "/ask/who", "/request", f"/request/{reference}", "/verify", "/ask/sent", f"/prove/{reference}/x",
        "/notice/versions", "/unsubscribe/x", f"/unsubscribe/{make_unsubscribe_token(live.context, BOB)}",
    ]  # fmt: skip
    found = {path: sorted({*bare(live.get(path, follow_redirects=True).get_data(as_text=True))}) for path in pages}
    for right, step in (("correct", "who"), ("restrict", "who"), ("question", "question"), ("complaint", "complaint")):
        live.press("/ask", {"right": right})
        found[f"{right}: wrong"] = sorted({*bare(live.press(f"/ask/{step}").get_data(as_text=True))})
        for path in ("wrong", "freeze", "question", "complaint", "reach"):
            page = live.get(f"/ask/{path}")
            if page.status_code == 200:
                found[f"{right}: {path}"] = sorted({*bare(page.get_data(as_text=True))})
    live.enter(reference)
    clocks.ask_clarification(live.by(Role.SUPPORT), live.request(reference), "Which line?")
    for path in ("", "/withdraw", "/complain"):
        found[path] = sorted({*bare(live.get(f"/request/{reference}{path}").get_data(as_text=True))})
    assert {path: words for path, words in found.items() if words} == {}
