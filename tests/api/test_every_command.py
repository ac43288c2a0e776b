"""What the command line can do the API can, or docs/api.md says why it cannot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bailee.cli.app import every_command
from bailee.requests.acts import list_acts
from bailee.web.pages.urls import find_urls
from tests.api.test_who_may import operations
from tests.docs.pages import read, tables

BY: Mapping[str, str] = {
    "connect": "connect",
    "map": "show_map accept_guesses decide_guesses",
    "grants": "grants",
    "drift": "drift",
    "find": "find",
    "copy": "copy",
    "plan erase": "preview_erase",
    "plan correct": "preview_correct",
    "plan object": "preview_object",
    "plan release": "preview_release",
    "plan retain": "preview_retain",
    "ledger verify": "ledger_head verify_ledger",
    "receipt verify": "verify_receipt",
    "request log": "log_request ask",
    "request list": "list_requests",
    "request show": "show_request show_plan read_asked list_readings list_grounds",
    **{f"request {act.name}": act.operation for act in list_acts().values()},
    "request verify": "prove",
    "request number": "number_to_call",
    "request fetch": "fetch_parcel",
    "request receipt": "hand_receipts_out",
    "hold place": "place_hold",
    "hold lift": "lift_hold",
    "hold list": "list_holds",
    "disclosure record": "record_disclosure",
    "authorisation record": "record_authorisation",
    "suppressed": "look_up_suppression",
    "unsubscribe-link": "make_unsubscribe_link",
    "clock": "clock",
    "notice import": "propose_promises",
    "notice coverage": "notice_coverage",
    "notice build": "build_notice",
    "vault status": "vault_status",
    "vault rotate": "rotate_vault",
    "vault secret put": "put_secret",
    "vault secret list": "list_secrets",
    "vault secret remove": "remove_secret",
    "staff add": "add_staff",
    "staff list": "list_staff",
    "staff link": "make_staff_link",
    "staff leave": "staff_leaves",
    "staff token": "make_token",
    "letters list": "list_letters",
    "letters print": "print_letter",
    "letters sent": "letter_sent",
    "letters returned": "letter_returned",
    "letters again": "send_letter_again",
    "doctor": "doctor",
    "check": "check list_promises",
    "schema": "policy_schema",
}
"""Command -> the operations by which a program does the same."""


def commands(group: Any, *names: str) -> Iterator[str]:
    """Yield every command of the command line."""
    for name, one in group.commands.items():
        if hasattr(one, "commands"):
            yield from commands(one, *names, name)
        else:
            yield " ".join([*names, name])


def test_what_staff_do_to_a_request_they_can_do_everywhere_by_one_name() -> None:
    known, typed = {name for name, _, _ in operations()}, set(commands(every_command()))
    pages = {url.name for url in find_urls("bailee.web.console")}
    of_its_own = {"confirm": "request-confirm", "approve": "plan-approve", "cancel": "plan-cancel"}
    for act in list_acts().values():
        page = f"request-{act.name}" if act.title else of_its_own[act.name]
        found = f"request {act.name}" in typed, act.operation in known, page in pages
        assert found == (True, True, True), act.name


def test_every_command_has_an_endpoint_or_a_reason() -> None:
    (table,) = [one for one in tables(read("api.md")) if one.head[0] == "command"]
    stays = [name.strip("` ").removeprefix("bailee ") for cells, *_ in table.rows for name in cells.split(",")]
    assert all(reason for _, reason in table.rows)
    assert sorted(commands(every_command())) == sorted([*BY, *stays])
    assert {name for names in BY.values() for name in names.split()} <= {name for name, _, _ in operations()}
