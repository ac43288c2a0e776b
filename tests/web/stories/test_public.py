"""What the public does, in a browser: by the pages and letters alone, without a script but where one verifies."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from bailee.ledger import receipt as receipts
from bailee.requests import approval, refusals
from bailee.requests.unsubscriptions import make_unsubscribe_token
from bailee.store.models import Plan, Request, Role, Suppression
from tests.web.public.browsing import page_of
from tests.web.public.live import ALICE, BOB, rows_of
from tests.web.public.test_a_copy_by_a_link import stood
from tests.web.stories.conftest import Visit


def test_ask_for_a_copy_and_download_it(visit: Visit) -> None:
    page = visit.page
    page.goto("/")
    page.get_by_role("link", name="Have a copy of what you hold about me").click()
    reference = asked(visit, {"Email address": ALICE})
    shown(visit, reference)
    visit.live.work()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("What you asked for is ready")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    packed = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert any(name.endswith("index.html") for name in packed.namelist())
    assert any(ALICE.encode() in packed.read(name) for name in packed.namelist())
    page.goto(f"/request/{reference}")
    expect(page.get_by_role("heading", level=1)).to_have_text("It is done")
    expect(page.get_by_text("You downloaded it first on")).to_be_visible()
    expect(page.get_by_role("button", name="Download")).to_be_visible()  # it may have broken off


def test_ask_for_a_copy_and_open_it_by_the_link_of_a_letter_once(visit: Visit, browser: Browser) -> None:
    page, live = visit.page, visit.live
    stood(live)
    page.goto("/")
    page.get_by_role("link", name="Have a copy of what you hold about me").click()
    reference = asked(visit, {"Email address": ALICE})
    expect(page.get_by_text("with a link when it is ready, or with a code")).to_be_visible()
    live.work()
    live.work()
    link = next(word for word in live.letter(reference, "copy_link").split() if f"/copy/{reference}/" in word)
    for _ in range(2):  # a scanner, and then she herself
        page.goto(link)
        expect(page.get_by_role("heading", level=1)).to_have_text("Open what you asked for")
    page.get_by_role("button", name="Open it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What you asked for is ready")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    packed = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert any(ALICE.encode() in packed.read(name) for name in packed.namelist())
    thief = page_of(browser, visit.port, script=False)
    try:
        thief.goto(link)
        thief.get_by_role("button", name="Open it").click()
        expect(thief.get_by_role("alert")).to_contain_text("This link was used before: it works once.")
        thief.get_by_role("button", name="Send me a new code").click()
        expect(thief.get_by_role("heading", level=1)).to_have_text("Show that it is yours")
    finally:
        thief.context.close()


def test_ask_for_erasure_and_get_a_receipt_that_the_browser_verifies(visit: Visit, browser: Browser) -> None:
    page, live = visit.page, visit.live
    page.goto("/ask")
    page.get_by_text("Erase what you hold about me").click()
    page.get_by_role("button", name="Continue").click()
    reference = asked(visit, {"Email address": ALICE, "Telephone number (optional)": "020 7946 0991"})
    shown(visit, reference)
    live.work()
    plan = Plan.objects.get(request__reference=reference)
    approval.approve_plan(live.by(Role.OFFICER), plan.id, plan.digest[:8])
    live.until_done("act", "settle", "receipt")
    shown(visit, reference, again=True)
    expect(page.get_by_role("heading", name="What stays, and why")).to_be_visible()
    expect(page.get_by_role("row", name="1 row of invoice")).to_contain_text("Finance Act 1998 Sch. 18 para. 21")
    with page.expect_download() as download:
        page.get_by_role("heading", name="Your receipt").locator("..").get_by_role("button", name="Download").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert receipts.verify(receipts.parse(text)).checkpoint.size > 0
    verifying = page_of(browser, visit.port)
    verifying.goto("/verify")
    icon = verifying.locator("link[rel=icon]").evaluate("link => link.href")  # asked for when the browser pleases
    asks: list[str] = []
    verifying.on("request", lambda request: asks.append(request.url))
    verify(verifying, download.value.path(), person=ALICE)
    expect(verifying.get_by_role("heading", name="The receipt holds")).to_be_visible()
    expect(verifying.get_by_text("It is about this person.")).to_be_visible()
    expect(verifying.get_by_text("It was verified by the key that you gave.")).to_be_visible()
    expect(verifying.locator("#became")).to_contain_text("crm, invoice: 1 erased")
    expect(verifying.locator("#f-right")).to_have_text("erasure of what is held about a person")
    verify(verifying, download.value.path(), person=BOB)
    expect(verifying.get_by_text("It is not about this person.")).to_be_visible()
    forged = text.replace("extra eyJ", "extra eyI", 1)
    verifying.locator("#file").set_input_files([])
    for wrong in (forged, tampered(text), text.replace("\n\u2014 ", "\n\u2014 x"), "nothing at all"):
        verifying.get_by_label("Or its text").fill(wrong)
        verifying.get_by_role("button", name="Verify").click()
        expect(verifying.get_by_role("heading", name="The receipt does not hold")).to_be_visible()
        expect(verifying.get_by_role("heading", name="The receipt holds")).to_be_hidden()
    assert set(asks) <= {icon}
    with verifying.expect_download() as saved:
        verifying.get_by_role("link", name="Save this page as one file").click()
    kept = Path(saved.value.path()).with_suffix(".html")
    Path(saved.value.path()).rename(kept)
    offline = page_of(browser, visit.port)
    offline.context.set_offline(True)
    offline.goto(kept.as_uri())
    verify(offline, download.value.path(), person="")
    expect(offline.get_by_role("heading", name="The receipt holds")).to_be_visible()
    for one in (verifying, offline):
        one.context.close()


def test_be_refused_with_a_reason(visit: Visit) -> None:
    page, live = visit.page, visit.live
    page.goto("/ask?right=erase")
    reference = asked(visit, {"Email address": ALICE})
    shown(visit, reference)
    live.work()
    refusals.refuse_request(
        live.by(Role.CONTROLLER), live.request(reference), "legal_claims", "A claim of yours is open."
    )
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("We have refused it, and say why")
    page.locator("details", has_text="A claim of yours is open.").locator("summary").click()
    expect(page.get_by_text("A claim of yours is open.")).to_be_visible()
    expect(page.get_by_text("Information Commissioner").last).to_be_visible()


def test_correct_an_email_everywhere(visit: Visit) -> None:
    page, live = visit.page, visit.live
    page.goto("/ask?right=correct")
    right = "alice@right.example"
    reference = asked(visit, {"Email address": ALICE}, {"What is wrong": "contact.email", "What it should say": right})
    shown(visit, reference)
    live.work()
    plan = Plan.objects.get(request__reference=reference)
    approval.approve_plan(live.by(Role.OFFICER), plan.id, plan.digest[:8])
    live.until_done("act", "settle")
    rows = rows_of(f"sqlite:///{live.folder.parent / 'crm.db'}", "contact")
    assert {row[2] for row in rows} == {right, BOB}


def test_unsubscribe_without_signing_in(visit: Visit) -> None:
    page, live = visit.page, visit.live
    link = f"/unsubscribe/{make_unsubscribe_token(live.context, ALICE)}"
    page.goto(link)
    assert not Suppression.objects.exists()
    page.get_by_role("button", name="Take me off").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are off our mailings")
    assert Suppression.objects.count() == 1
    live.work()
    assert live.request(_only()).outcome == "done"


def test_complain_and_be_acknowledged(visit: Visit) -> None:
    page, live = visit.page, visit.live
    page.goto("/")
    page.get_by_role("link", name="Complain").first.click()
    page.get_by_label("Your complaint").fill("Nobody has answered for six weeks.")
    page.get_by_role("button", name="Continue").click()
    reference = asked(visit, {})
    made = live.request(reference)
    assert made.acknowledged_on == live.context.today
    assert "30 days" in live.letter(reference, "complaint") or reference in live.letter(reference, "complaint")
    page.goto(f"/request/{reference}")
    page.get_by_role("button", name="Send me a new code").click()
    shown(visit, reference)
    expect(page.get_by_role("listitem").filter(has_text="We tell you that we have it")).to_contain_text("25 Nov")


# --- what people do on many pages -----------------------------------------------------------------------------


def asked(visit: Visit, *pages: dict[str, str]) -> str:
    """Fill in the pages that follow, and the last, send all, and return the reference."""
    page = visit.page
    for fields in (*filter(None, pages), {"Email address": ALICE}):
        for label, value in fields.items():
            page.get_by_label(label).first.fill(value)
        page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We have your request")
    return page.locator(".stub .hash").inner_text()


def shown(visit: Visit, reference: str, *, again: bool = False) -> None:
    """Open the request by the code from the letter."""
    visit.live.clock.forward(minutes=1)
    if again:
        visit.page.goto(f"/request/{reference}")
        visit.page.get_by_role("button", name="Send me a new code").click()
        visit.live.clock.forward(minutes=1)
    visit.live.work()
    visit.page.goto(f"/request/{reference}")
    visit.page.get_by_label("Code").fill(visit.live.code(reference))
    visit.page.get_by_role("button", name="Open my request").click()
    expect(visit.page.locator(".stub .hash").first).to_have_text(reference)


def verify(page: Page, file: object, *, person: str) -> None:
    """Verify the receipt in ``file``."""
    page.get_by_label("The file of the receipt").set_input_files(str(file))
    page.get_by_label("Whom should it be about?").fill(person)
    page.get_by_role("button", name="Verify").click()


def tampered(text: str) -> str:
    """A receipt in which one row fewer was erased."""
    head, extra, *rest = text.split("\n")
    content = json.loads(base64.b64decode(extra.removeprefix("extra ")))
    content["entry"]["files"] += 1
    return "\n".join([head, f"extra {base64.b64encode(json.dumps(content).encode()).decode()}", *rest])


def _only() -> str:
    return str(Request.objects.get().reference)
