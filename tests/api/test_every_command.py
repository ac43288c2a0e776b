"""What the command line can do the API can, or docs/api.md says why it cannot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer

from bailee.cli.app import app
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
    "request verify": "resend_code number_to_call call_back seen authority",
    "request clarify": "clarify",
    "request answered": "answered",
    "request extend": "extend",
    "request plan": "plan",
    "request pack": "pack",
    "request confirm": "confirm",
    "request approve": "approve",
    "request cancel": "cancel",
    "request refuse": "refuse",
    "request answer": "answer",
    "request progress": "progress",
    "request acknowledge": "acknowledge",
    "request conclude": "conclude",
    "request pass-on": "pass_on",
    "request withdraw": "withdraw",
    "request close": "close",
    "request lift": "lift",
    "request person-told": "person_told",
    "request recipient-told": "recipient_told",
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


AT_THE_DESK: Mapping[str, tuple[str, str]] = {
    "call-back": ("verify", "call_back"),
    "seen": ("verify", "seen"),
    "authority": ("verify", "authority"),
    "send-code": ("verify", "resend_code"),  # the person's own way to have one sent is `send_code`
    "carry-out": ("plan", "plan"),  # of what takes effect at once
}
"""What staff do on the page of a request under a name of its own -> the command and the operation for it."""


def test_what_staff_do_to_a_request_they_can_do_everywhere_by_one_name() -> None:
    acts = import_module("bailee.web.console.request_acts").DOINGS
    known, typed = {name for name, _, _ in operations()}, set(commands(typer.main.get_command(app)))
    for name in acts:
        command, operation = AT_THE_DESK.get(name, (name, name.replace("-", "_")))
        assert (f"request {command}" in typed, operation in known) == (True, True), name


def test_every_command_has_an_endpoint_or_a_reason() -> None:
    (table,) = [one for one in tables(read("api.md")) if one.head[0] == "command"]
    stays = [name.strip("` ").removeprefix("bailee ") for cells, *_ in table.rows for name in cells.split(",")]
    assert all(reason for _, reason in table.rows)
    assert sorted(commands(typer.main.get_command(app))) == sorted([*BY, *stays])
    assert {name for names in BY.values() for name in names.split()} <= {name for name, _, _ in operations()}
