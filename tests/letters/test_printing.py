"""Letters on paper: where the window is, whole on every page, in a folder for those who print them."""

from __future__ import annotations

import re
import socket
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
import weasyprint

from bailee.requests.letters import Letter, LetterError, LetterWay, Template, to_pdf, write_letter
from bailee.requests.letters.outbox import post_letter
from bailee.requests.letters.print_jobs import mark_posted, print_waiting_letters
from bailee.store.context import Context
from tests.letters.example import EXAMPLES, LINK, SOON
from tests.letters.test_outbox import a_request

ADDRESS = ("Ms Alice Okonkwo", "Flat 3", "17 Rope Walk", "Port Ellery", "Ness", "ZZ2 4BB")
MM = 96 / 25.4
"""CSS pixels in a millimetre."""


def paper(template: Template) -> Letter:
    return write_letter(template, EXAMPLES[template], LetterWay.PAPER)


def boxes(box: Any) -> list[Any]:
    return [box, *(each for child in getattr(box, "children", ()) for each in boxes(child))]


def test_the_address_is_in_the_window_and_nothing_else_is() -> None:
    lines = "".join(f"<span>{line}</span>" for line in ADDRESS)
    html = paper(Template.HELD).html.replace("<!-- address -->", lines)
    page = weasyprint.HTML(string=html).render().pages[0]
    text = [box for box in boxes(page._page_box) if type(box).__name__ == "TextBox" and box.text.strip()]
    to = [box for box in text if box.text in ADDRESS]
    assert [box.text for box in to] == list(ADDRESS)
    for box in to:
        assert box.position_x / MM > 22
        assert (box.position_x + box.width) / MM < 108
        assert box.position_y / MM > 51
        assert (box.position_y + box.height) / MM < 82
    beside = [box.text for box in text if box not in to and 44 < box.position_y / MM < 95 and box.position_x / MM < 112]
    assert beside == []


@pytest.mark.parametrize("template", [Template.HELD, Template.IDENTITY])
def test_a_letter_becomes_accessible_pdf(template: Template) -> None:
    pdf = to_pdf(paper(template), ADDRESS)
    assert pdf.startswith(b"%PDF-")
    inside = b"".join(map(zlib.decompress, re.findall(rb"stream\n(\x78.*?)\nendstream", pdf, re.DOTALL)))
    assert b'pdfuaid:part="1"' in inside or b"<pdfuaid:part>1<" in inside
    assert b"/Marked true" in inside + pdf
    assert b"/Lang (en)" in inside + pdf


def test_an_address_must_fit_and_is_escaped() -> None:
    assert to_pdf(paper(Template.IDENTITY), ["<img src='https://evil.example/x.png'>", "Port Ellery"])
    for lines in ([], [""], [f"line {n}" for n in range(7)]):
        with pytest.raises(LetterError, match="1 to 6 lines") as raised:
            to_pdf(paper(Template.IDENTITY), lines)
        assert raised.value.code == "W907"


def test_a_letter_asks_nobody_for_anything() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0)
        picture = f"<img alt='' src='http://127.0.0.1:{listening.getsockname()[1]}/x.png'>"
        assert to_pdf(Letter("s", "t", f"<html lang=en><title>t</title><p><!-- address --></p>{picture}"), ADDRESS)
        with pytest.raises(BlockingIOError):
            listening.accept()


def test_a_mail_is_not_printed() -> None:
    with pytest.raises(LetterError, match="not written for paper"):
        to_pdf(write_letter(Template.IDENTITY, EXAMPLES[Template.IDENTITY], LetterWay.MAIL), ADDRESS)


def test_without_weasyprint_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(LetterError, match="need WeasyPrint") as raised:
        to_pdf(paper(Template.IDENTITY), ADDRESS)
    assert raised.value.hint == "pip install bailee[letters]"


# --- the folder -------------------------------------------------------------------------------------------------


def test_paper_waits_until_it_is_printed_and_ticked_off(context: Context, tmp_path: Path) -> None:
    from bailee.store.models import Due, Reading

    facts = {"code": "K7QM-3XPA", "expires": SOON, "link": LINK}
    message = post_letter(context, a_request(), "identity", facts, to="\n".join(ADDRESS), channel="paper")
    assert not Due.objects.exists()
    with pytest.raises(LetterError, match="1 of 1: not printed"):
        mark_posted(context, [message.id])
    folder = tmp_path / "post"
    assert (
        print_waiting_letters(context, folder)
        == print_waiting_letters(context, folder)
        == [folder / f"{message.id}.pdf"]
    )
    assert (folder / f"{message.id}.pdf").stat().st_mode & 0o777 == 0o600
    message.refresh_from_db()
    assert (message.state, message.tries) == ("to_print", 2)
    assert Reading.objects.filter(what="letter", request=message.request).count() == 2
    mark_posted(context, [message.id])
    message.refresh_from_db()
    assert (message.state, message.sent_at, message.sealed) == ("sent", context.now, None)
    assert print_waiting_letters(context, folder) == []
    with pytest.raises(LetterError, match="ticked off already"):
        mark_posted(context, [message.id])


def test_a_folder_that_cannot_be_written_is_told(context: Context, tmp_path: Path) -> None:
    facts = {"code": "K7QM-3XPA", "expires": SOON}
    post_letter(context, a_request(), "identity", facts, to="\n".join(ADDRESS), channel="paper")
    (tmp_path / "file").touch()
    with pytest.raises(LetterError, match="the folder cannot be written"):
        print_waiting_letters(context, tmp_path / "file")
