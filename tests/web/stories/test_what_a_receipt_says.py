"""The page that verifies a receipt says of each entry what the entry bears, and no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from bailee.ledger import Log, bind, create, receipt
from bailee.ledger.opening import Opening, canonical
from tests.ledger.changes import changes
from tests.ledger.logs import KEY, SIGNER
from tests.web.public.browsing import page_of
from tests.web.stories.conftest import Visit

ERASED = [{"collection": "person", "fate": "erased", "rows": 1}]
CLEAN = "Looked at again: nothing was left in the records on the firm's map but what a law keeps."
LEFT = "Looked at again: something was still to be done."
DONE = "Looked at again: all that was to be done was done."
UNSEEN = "Not looked at once more, since the map has changed: {}."


def system(name: str, residual: int | None, **more: Any) -> dict[str, Any]:
    """What an entry says of a system in which a row was erased."""
    return {"system": name, "became": ERASED, "residual": residual, **more}


STANDS = {"standing": [{"collection": "person", "column": "name", "rows": 2, "why": "other"}]}
KEPT = {"standing": [{"collection": "invoice", "column": "name", "rows": 2, "why": "kept"}]}
SAYS: tuple[tuple[bool, list[dict[str, Any]], str], ...] = (
    (True, [system("crm", 0), system("shop", 0)], CLEAN),
    (False, [system("crm", 0), system("shop", 3)], LEFT),
    (False, [system("crm", None), system("shop", 0)], UNSEEN.format("crm")),
    (False, [system("crm", None), system("shop", None)], UNSEEN.format("crm, shop")),
    (False, [system("crm", None), system("shop", 2)], f"{UNSEEN.format('crm')} {LEFT}"),
    (True, [system("crm", 0, **KEPT)], CLEAN),
    (True, [system("crm", 0, **STANDS)], DONE),
    (False, [system("crm", 0), system("shop", 0)], DONE),
    (True, [{"system": "crm", "became": [], "residual": 0}], "Nothing was done."),
)
"""Whether the entry is clean, its systems, and what the page says then."""


def test_what_nobody_looked_at_once_more_is_said_to_be_neither_clean_nor_left(
    visit: Visit, browser: Browser, tmp_path: Path
) -> None:
    head = {"firm": "Quill", "right": "erase", "at": "2026-11-01T09:00:00+00:00", "plan": "a" * 64, "about": "a person"}
    entries = [
        canonical({**head, "kind": "settled", "clean": clean, "systems": systems, "files": 0, "persons": []})
        for clean, systems, _ in SAYS
    ]
    openings = [Opening(entry, 0) for entry in entries]
    create(tmp_path / "ledger", SIGNER)
    Log(tmp_path / "ledger", SIGNER).append([one.commitment for one in openings])
    page = page_of(browser, visit.port)
    try:
        page.goto("/verify")
        for index, (_, _, says) in enumerate(SAYS):
            text = receipt.write(tmp_path / "ledger", SIGNER, openings[index], index, None)
            page.get_by_label("Or its text").fill(text)
            page.get_by_role("button", name="Verify").click()
            expect(page.locator("#f-index")).to_have_text(f"{index} / {len(SAYS)}")
            expect(page.locator("#residual")).to_have_text(says)
    finally:
        page.context.close()


EARLIER = Path(__file__).parents[2] / "ledger" / "earlier"


def test_the_page_refuses_a_receipt_with_any_field_or_line_changed(
    visit: Visit, browser: Browser, tmp_path: Path
) -> None:
    tags, keys = bind({0: [("email", "alice@post.example")]})
    head = {"bailee-entry": 2, "firm": "Quill", "right": "erase", "at": "2026-11-01T09:00:00+00:00", "plan": "a" * 64}
    said = {**head, "kind": "outcome", "clean": True, "systems": [system("crm", 0)], "files": 0, "persons": tags}
    opening = Opening(canonical(said), 0)
    create(tmp_path / "ledger", SIGNER)
    Log(tmp_path / "ledger", SIGNER).append([opening.commitment])
    text = receipt.write(tmp_path / "ledger", SIGNER, opening, 0, keys[0])
    page = page_of(browser, visit.port)
    try:
        page.goto("/verify")
        assert shown(page, text) == "holds"
        assert page.locator("#person-says").inner_text().startswith("About whom it is was not looked at")
        assert shown(page, text, str(KEY)) == "holds"
        assert shown(page, text.replace("\n", "\r\n")) == "holds"
        assert [what for what, one in changes(text) if shown(page, one) != "fails"] == []
        earlier = (EARLIER / "about-alice.tlog-proof").read_text()
        assert shown(page, earlier) == "partly"
        allowed = {"change person_key", "remove person_key", "add person_key"}
        for what, one in changes(earlier):
            assert shown(page, one) == ("partly" if what in allowed else "fails"), what
    finally:
        page.context.close()


def shown(page: Page, text: str, key: str = "") -> str:
    """Verify a receipt on the page, and return which of its answers stands there."""
    page.get_by_label("Or its text").fill(text)
    page.get_by_label("The key of the ledger").fill(key)
    page.locator("#result").evaluate("at => { at.dataset.seen = ''; at.onfocus = () => { at.dataset.seen = 'yes'; }; }")
    page.locator("#verify button").evaluate("button => { document.activeElement.blur(); button.click(); }")
    page.locator("#result[data-seen=yes]").wait_for()
    answers = page.locator("#result > div[id]:not([hidden])").evaluate_all("all => all.map((one) => one.id)")
    (answer,) = {*answers} & {"holds", "partly", "halfway", "fails"}
    return str(answer)
