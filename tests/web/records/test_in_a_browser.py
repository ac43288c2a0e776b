"""The board in a real browser: what staff see there, and the story of a light that breaks and is mended.

The pictures are in build/pictures: 1280 and 390 pixels wide, light and dark.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from bailee.cli.app import run as bailee
from bailee.engine.apply import apply_plan
from bailee.engine.connect.drafts import connect_system
from bailee.engine.plans import plan_retain, seal_plan
from bailee.engine.systems import open_systems_of_context
from bailee.store.models import Role
from tests.api.live import Served
from tests.story.firm import ALICE, ALICE_NAME, ALICE_PHONE, BOB
from tests.web.browser import look, on_air
from tests.web.records.live import OLD_CALL, run, work_in
from tests.web.requests.test_in_a_browser import console_of


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in this thread
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium)
            yield browser
            browser.close()


OLD_EXCHANGE = (
    "CREATE TABLE customer (id INTEGER PRIMARY KEY, full_name VARCHAR(80), email VARCHAR(80) NOT NULL)",
    "CREATE INDEX customer_email ON customer (email)",
    (
        "CREATE TABLE call_log (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer (id),"
        " callee VARCHAR(20), started_at DATETIME)"
    ),
    "CREATE INDEX call_customer ON call_log (customer_id)",
    f"INSERT INTO customer VALUES (1, '{ALICE_NAME}', '{ALICE}'), (2, 'Bob', '{BOB}')",
    "INSERT INTO call_log VALUES (1, 1, '+442079460001', '2019-01-01 10:00:00')",
    "INSERT INTO call_log VALUES (2, 2, '+442079460002', '2025-05-01 10:00:00')",
)
"""A system of which nobody has said yet whose its rows are; one of its calls is too old."""

WHAT_NO_SCREEN_SAYS = """\
    retain: calls
write_url: env:EXCHANGE_URL
"""
"""Which rule of retention holds for the calls, which come last in the drafted map; and by which account to write."""


def finding(page: Page) -> Locator:
    """The state, in the sentence that heads the page."""
    return page.get_by_role("heading", level=1)


def erase_old_calls(live: Served) -> None:
    """Carry the retention of calls out, as the command line does."""
    with open_systems_of_context(live.context.at(live.clock.now)) as open_systems:
        planned = plan_retain(open_systems, "calls")
        seal_plan(open_systems, planned)
        apply_plan(open_systems, planned.plan)


def check_now(page: Page, live: Served) -> None:
    """Press the button, let a worker look, and see the page come back by itself."""
    page.goto("/console/promises/")
    page.get_by_role("button", name="Check now").click()
    expect(page.get_by_text("A worker looks as soon as one is free.")).to_be_visible()
    work_in(live)
    expect(page.get_by_role("button", name="Check now")).to_be_visible()


def decided(page: Page, collection: str) -> None:
    """Say yes to what is guessed of a collection and ticked: what is at least 80 in 100 sure."""
    page.get_by_role("group", name=collection).locator("..").get_by_role("button", name="Yes").click()
    expect(page.get_by_text("taken over into the map")).to_be_visible()


def test_a_system_is_connected_and_the_light_that_it_breaks_is_seen_taken_on_and_mended(
    firm: Served, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXCHANGE_URL", f"sqlite:///{firm.folder.parent / 'exchange.db'}")
    run(os.environ["EXCHANGE_URL"], *OLD_EXCHANGE)
    with on_air(firm) as address, console_of(browser, firm, address, Role.OFFICER) as page:
        check_now(page, firm)
        expect(finding(page)).to_have_text("One promise is unknown, one is kept ")

        assert bailee(["connect", "exchange", "env:EXCHANGE_URL", "--policy", str(firm.folder)]) == 0
        page.goto("/console/map/")
        page.get_by_role("button", name="Look over now").click()
        expect(page.get_by_text("A worker looks all systems over")).to_be_visible()
        work_in(firm)
        expect(page.get_by_role("button", name="Look over now")).to_be_visible()
        page.get_by_role("link", name="exchange").click()
        expect(finding(page)).to_have_text("Seven columns of exchange are undecided")
        decided(page, "customer")
        decided(page, "call_log")
        expect(finding(page)).to_have_text("Every column of exchange is decided")
        said = firm.folder / "systems" / "exchange.yaml"
        said.write_text(said.read_text() + WHAT_NO_SCREEN_SAYS)

        firm.clock.forward(minutes=5)
        check_now(page, firm)
        expect(finding(page)).to_contain_text("One promise is broken")
        page.get_by_role("link", name="See why").first.click()
        expect(finding(page)).to_contain_text("Broken: call records are kept for six years")
        expect(page.get_by_role("main")).to_contain_text("bailee plan retain calls")
        page.get_by_label("By which day").fill("2026-12-01")
        page.get_by_role("button", name="Note it").click()
        expect(page.get_by_text("says by 1 December 2026")).to_be_visible()
        look(page, "board-promise-broken")
        page.goto("/console/promises/")
        look(page, "board-promises-broken")

        erase_old_calls(firm)
        firm.clock.forward(minutes=5)
        check_now(page, firm)
        expect(finding(page)).to_have_text("One promise is unknown, one is kept ")
        page.get_by_role("link", name="Call records are kept for six years").click()
        expect(page.get_by_role("complementary")).to_contain_text("broken")


def test_every_screen_of_the_board_as_a_picky_reader_sees_it(firm: Served, browser: Browser) -> None:
    run(os.environ["PHONES_URL"], OLD_CALL)
    late = "INSERT INTO call_record (id, subscriber_id, callee, started_at) VALUES ({}, 2, '+442079460777', '{}')"
    run(os.environ["PHONES_URL"], *(late.format(1_000 + n, f"2021-{1 + n % 7:02}-03 10:00") for n in range(40)))
    connect_system(firm.folder, "spare", os.environ["CRM_URL"])
    with on_air(firm) as address, console_of(browser, firm, address, Role.OFFICER) as page:
        page.goto("/console/map/")
        page.get_by_role("button", name="Look over now").click()
        expect(page.get_by_text("A worker looks all systems over")).to_be_visible()
        work_in(firm)
        for name, path in (
            ("board-map", "map/"),
            ("board-system", "map/spare/"),
            ("board-retention", "retention/"),
            ("board-register", "register/"),
            ("board-evidence-none", "evidence/"),
            ("board-people", "people/"),
        ):
            page.goto(f"/console/{path}")
            look(page, name)
        erase_old_calls(firm)
        page.goto("/console/evidence/")
        look(page, "board-evidence")
        page.get_by_role("button", name="Compute it again").click()
        expect(page.get_by_text("it holds")).to_be_visible()
        page.get_by_role("link", name="Entry 1").click()
        look(page, "board-entry")
        page.goto("/console/people/")
        page.get_by_label("Known by").fill(f"{ALICE}\n{ALICE_PHONE}")
        page.get_by_label("Why you look").select_option(label="the person is in contact with us")
        page.get_by_role("button", name="Look").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("rows of this person are held")
        assert ALICE not in page.get_by_role("main").inner_text()
        look(page, "board-person")
        page.get_by_label("Why you need them in full").select_option(label="to correct wrong data")
        page.get_by_role("button", name="Show in full").click()
        expect(page.get_by_role("main")).to_contain_text(ALICE)
        expect(page.get_by_role("main")).not_to_contain_text(ALICE_NAME)
