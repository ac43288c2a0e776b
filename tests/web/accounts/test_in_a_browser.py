"""Staff come in with a real browser: by an authenticator app, a passkey, a recovery code; and somebody leaves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bailee.store import staff
from bailee.store.admission import invite_staff
from bailee.store.models import Role, Staff
from tests.api.live import Served
from tests.web.accounts.coming_in import PASSWORD, code
from tests.web.browser import look, on_air, silent


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose console stays silent: the Content-Security-Policy hinders nothing of ours."""
    context = browser.new_context()
    context.set_default_timeout(20_000)
    try:
        with silent(context.new_page()) as page:
            yield page
    finally:
        context.close()


def begin(page: Page, address: str, live: Served, role: Role) -> None:
    page.goto(f"{address}/sign-in/begin/{invite_staff(live.context, live.staff[role].id)}/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()


def with_app(page: Page) -> str:
    """Set up an authenticator app; return its secret."""
    page.get_by_role("link", name="An authenticator app").click()
    secret = page.locator(".qr code").inner_text()
    page.get_by_label("Code").fill(code(secret))
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    return secret


def sign_out(page: Page) -> None:
    page.locator(".me summary").press("Enter")
    page.get_by_role("button", name="Sign out").click()


def sign_in(page: Page, address: str, live: Served, role: Role) -> None:
    page.goto(f"{address}/sign-in/")
    page.get_by_label("Email").fill(staff.describe_staff(live.context, live.staff[role]).email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()


def test_an_app_a_recovery_code_and_then_somebody_leaves(live: Served, page: Page) -> None:
    with on_air(live) as address:
        begin(page, address, live, Role.ADMINISTRATOR)
        secret = with_app(page)
        recovery = page.locator(".codes code").first.inner_text()
        page.get_by_role("link", name="I have kept them").click()
        sign_out(page)

        sign_in(page, address, live, Role.ADMINISTRATOR)
        page.get_by_label("Code").fill(recovery)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name="Staff").click()
        there = staff.describe_staff(live.context, live.staff[Role.AUDITOR]).name
        page.get_by_role("link", name=there).click()
        page.get_by_role("button", name=f"Let {there} leave").click()
        page.get_by_role("heading", name="Is it still you?").wait_for()
        page.get_by_role("link", name="With a code instead").click()
        page.get_by_label("Code").fill(code(secret))
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name=f"Let {there} leave").click()
        page.get_by_role("heading", name="Who has left").wait_for()
    assert Staff.objects.get(id=live.staff[Role.AUDITOR].id).left_at is not None


def test_a_passkey_is_two_factors_in_one(live: Served, page: Page) -> None:
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**device, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    with on_air(live) as address:
        begin(page, address, live, Role.OFFICER)
        page.get_by_role("link", name="A passkey").click()
        page.get_by_role("button", name="Make a passkey").click()
        page.get_by_role("link", name="I have kept them").click()
        sign_out(page)

        page.get_by_role("button", name="Sign in with a passkey").click()
        page.locator(".me summary", has_text="The officer").press("Enter")
        page.get_by_role("link", name="My account").click()
        page.get_by_text("Sign in with your second factor").wait_for()

        page.goto(f"{address}/sign-in/again/key/?next=/sign-in/account/")
        page.get_by_role("button", name="Use a passkey").click()
        page.get_by_text("Sign in with your second factor").wait_for()
        sign_out(page)

        sign_in(page, address, live, Role.OFFICER)
        page.get_by_role("button", name="Use a passkey").click()
        page.locator(".me summary").wait_for()


def test_every_page_of_coming_in_is_fit_to_be_seen_by_everybody(live: Served, page: Page) -> None:
    with on_air(live) as address:
        page.goto(f"{address}/sign-in/")
        look(page, "sign-in")
        page.get_by_label("Email").fill("nobody@firm.example")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Continue").click()
        look(page, "sign-in-error")
        page.goto(f"{address}/sign-in/begin/{invite_staff(live.context, live.staff[Role.ADMINISTRATOR].id)}/")
        look(page, "begin")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Continue").click()
        look(page, "factor")
        page.get_by_role("link", name="An authenticator app").click()
        look(page, "app")
        page.goto(f"{address}/sign-in/account/passkeys/add/")
        look(page, "passkey")
        page.goto(f"{address}/sign-in/factor/")
        with_app(page)
        page.reload()
        page.goto(f"{address}/sign-in/account/")
        look(page, "account")
        page.goto(f"{address}/console/staff/")
        look(page, "staff")
        page.goto(f"{address}/console/staff/{live.staff[Role.OFFICER].id}/")
        look(page, "member")
        page.goto(f"{address}/console/staff/add/")
        look(page, "add-staff")
        page.goto(f"{address}/console/nothing-is-here/")
        look(page, "not-found")
        live.clock.forward(minutes=10)
        page.goto(f"{address}/console/staff/add/")
        look(page, "again")
        page.goto(f"{address}/sign-in/again/?next=/console/")
        expect(page.get_by_label("Password")).to_be_focused()
        page.keyboard.type(PASSWORD)  # the keyboard alone: the field has the focus
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}/console/")
