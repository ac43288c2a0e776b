"""The notice: its words, how each promise stands, and what changed. No page looks into a system."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from werkzeug.test import Client

from bailee.web.public.notice import compare_sentences
from bailee.web.wsgi import make_application
from tests.web.public.live import Open


def test_a_promise_that_nobody_looked_at_is_unknown(live: Open) -> None:
    page = live.get("/").get_data(as_text=True)
    assert "2 unknown" in page
    assert "not checked yet" in page


def test_what_was_last_found_stands_beside_the_words(live: Open) -> None:
    live.look()
    page = live.get("/").get_data(as_text=True)
    assert "Call records are kept for six years" in page
    assert "2 kept" in page or "1 kept" in page
    assert "confirmed 25 Nov 2026" in page
    assert "That the person whom you rang has no record of the call." in page
    assert re.search(r'class="hash"', page) is None


def test_what_nobody_looked_at_for_long_is_not_said_to_be_kept(live: Open) -> None:
    live.look()
    assert " kept" in live.get("/").get_data(as_text=True)
    live.clock.forward(days=9)
    page = live.get("/").get_data(as_text=True)
    assert "2 unknown" in page
    assert "Nobody has looked since." in page


def test_no_system_is_asked_when_somebody_reads(live: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    live.look()
    for name in ("CRM_URL", "PHONES_URL", "DESK_URL"):
        monkeypatch.delenv(name)
    assert live.get("/").status_code == 200


def test_a_page_that_has_not_changed_is_not_sent_again(live: Open) -> None:
    first = live.get("/")
    again = live.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    live.look()
    assert live.get("/", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_every_version_is_kept_with_what_changed(live: Open) -> None:
    live.get("/")
    live.clock.forward(days=3)
    notice = live.folder / "notice.md"
    notice.write_text(notice.read_text().replace("We answer within one month.", "We answer within two weeks."))
    assert "version 2, in force since 28 November 2026" in live.get("/").get_data(as_text=True)
    page = live.get("/notice/versions").get_data(as_text=True)
    assert "Version 2, from 28 November 2026" in page
    assert "Version 1, from 25 November 2026" in page
    assert re.search(r"<del>.*one month\.?.*</del>", page)
    assert re.search(r"<ins>.*two weeks\.?.*</ins>", page)
    live.get("/")
    assert live.get("/notice/versions").get_data(as_text=True).count("<h2 ") == 2


def test_sentences_that_have_nothing_in_common_are_told_as_two() -> None:
    old = (("How", "We keep calls for six years."), ("How", "Ring us."))
    new = (("How", "We keep calls for five years."), ("How", "Invoices stay until tax law lets them go."))
    told = [[(words.strip(), fate) for words, fate in runs] for _, runs in compare_sentences(old, new)]
    assert told[0] == [("We keep calls for", "same"), ("six", "gone"), ("five", "new"), ("years.", "same")]
    assert told[1:] == [[("Ring us.", "gone")], [("Invoices stay until tax law lets them go.", "new")]]


def test_security_txt_says_whom_to_tell_and_expires(live: Open) -> None:
    told = live.get("/.well-known/security.txt")
    assert told.mimetype == "text/plain"
    lines = told.get_data(as_text=True).splitlines()
    assert "Contact: mailto:privacy@quill.example" in lines
    assert "Expires: 2027-02-23T00:00:00Z" in lines
    assert "Canonical: https://privacy.quill.example/.well-known/security.txt" in lines


def test_a_firm_without_a_notice_still_lets_people_ask(live: Open) -> None:
    (live.folder / "notice.md").unlink()
    page = live.get("/").get_data(as_text=True)
    assert "There is no notice here yet" in page
    assert "/ask?right=erase" in page


def test_an_old_version_does_not_pass_for_the_new(live: Open) -> None:
    from bailee.engine.checking import public_pages

    live.get("/")
    known = public_pages.list_versions(live.context.store)
    assert [one.on for one in known] == [live.context.today]
    later = replace(live.context, now=live.context.now + timedelta(days=1))
    notice = public_pages.read_policy(live.folder).notice
    assert notice is not None
    public_pages.record_version(later, notice)
    assert public_pages.list_versions(live.context.store) == known


def test_whose_name_says_their_role_is_not_called_so_twice(live: Open) -> None:
    firm = live.base.policy.firm
    for name, says in (("Ada Nwosu", "Data Controller: Ada Nwosu"), ("Our Data Controller", "Our Data Controller")):
        controller = replace(firm.controller, name=name)
        policy = replace(live.base.policy, firm=replace(firm, controller=controller))
        app = make_application(replace(live.base, policy=policy), live.clock)
        assert f" · {says}, <a" in Client(app).get("/verify").get_data(as_text=True)
