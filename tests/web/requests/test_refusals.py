"""A request of somebody who cannot be erased: its state, its screens, the letter and the receipt say so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from bailee.engine.errors import NotAllowed
from bailee.ledger import receipt as receipts
from bailee.plan import Result, choose_result
from bailee.requests.approval import approve_plan
from bailee.requests.plan_rows import read_document
from bailee.store.models import Receipt, Request, Role
from bailee.views.public_request import course_of
from tests.api.live import Served, served
from tests.conftest import Database, MakeBooks
from tests.refusals.firm import ALICE, ANN, BOB, DORA, ERIN, build
from tests.web.requests.context import identified, letters, newest
from tests.web.visitor import visitor, words


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_books: MakeBooks) -> Iterator[Served]:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    monkeypatch.setenv("SHOP_URL", url)
    folder = build(tmp_path / "shop", Database(url, "sqlite"))
    policy = folder / "bailee.yaml"
    kept = [line for line in policy.read_text().splitlines() if not line.startswith("mail:")]
    policy.write_text("\n".join(kept) + "\n")
    make_books("sqlite", folder)
    with served(folder) as live:
        yield live
    connections.close_all()


def test_dora_of_whom_nothing_is_certain_is_not_told_that_a_part_is_done(live: Served) -> None:
    from bailee.web.public.where import write_headline

    request = seen(live, DORA, reply_to="dora@elsewhere.example")
    carried_out(live, request)
    text = letters(live, request)["partly"]
    assert "We have not done what you asked" in text
    assert "a part" not in text
    says = write_headline(live.context, request, course_of(live.context, request), is_open=False).says
    assert says == "We have answered: nothing was done, and we say why"


def carried_out(live: Served, request: Request) -> None:
    """Approve the plan of a request, and let workers carry it out and look again."""
    plan = newest(request)
    approve_plan(live.as_of(Role.OFFICER), plan.id, plan.digest[:10])
    for _ in range(3):
        live.clock.forward(hours=25)
        live.work()
    request.refresh_from_db()


def shown(live: Served, request: Request, more: str = "") -> str:
    """What a privacy officer reads on the page of a request."""
    return words(visitor(live, Role.OFFICER).get(f"/console/requests/{request.reference}/{more}"))


def test_a_plan_that_refuses_bob_cannot_be_approved_and_every_screen_says_why(live: Served) -> None:
    request = identified(live, "erase", BOB)
    plan = newest(request)
    assert request.status == "planned"
    with pytest.raises(NotAllowed, match="refuses everybody whom it is about"):
        approve_plan(live.as_of(Role.OFFICER), plan.id, plan.digest[:10])
    assert request.events.filter(kind="cannot_be_erased").get().facts["rows"] == "shop.invoice"
    page = shown(live, request)
    assert "Nothing would be done: rows of others stay" in page
    assert "It cannot be approved." in page
    assert "Nothing is held" not in page
    whole = shown(live, request, "plan/")
    assert "What cannot be erased, and why" in whole
    assert "2 rows of invoice stay, and point to what would go of customer" in whole
    assert "2 of them belong to others too, by invoice.salesperson: staff" in whole
    assert "Nothing is held" not in whole
    assert "First 8 characters of this plan" not in whole
    assert BOB not in page + whole


def test_a_program_reads_that_the_plan_refuses_bob(live: Served) -> None:
    request = identified(live, "erase", BOB)
    plan = newest(request)
    read = live.get(f"/plans/{plan.id}", by=Role.OFFICER).get_json()["plan"]
    (why,) = read["refusals"]
    assert (read["result"], read["refused"], why["child"], why["rows"]) == ("refused", 1, "invoice", 2)
    assert why["owners"] == [{"edge": "invoice.salesperson", "collection": "staff", "rows": 2}]
    answer = live.post(f"/requests/{request.reference}/approve", {"hash": plan.digest[:10]}, by=Role.OFFICER)
    assert (answer.status_code, "refuses everybody" in answer.text) == (409, True)
    events = live.get(f"/requests/{request.reference}", by=Role.OFFICER).get_json()["events"]
    assert "cannot_be_erased" in {event["kind"] for event in events}


def test_bob_reads_that_a_person_decides_and_not_that_nothing_was_found(live: Served) -> None:
    from bailee.web.public.where import list_steps

    request = identified(live, "erase", BOB)
    course = course_of(live.context, request)
    told = {step.says: step.more for step in list_steps(request, course)}
    assert "Other people" in told["We find what is yours"]
    assert "0 record" not in str(told)


OUTCOMES = (
    # who asks, how the request ends, the letter, what it says, and what it must not say
    (ALICE, "closed", "done", "complete", ("erased: ",), ("left them as they are",)),
    (ANN, "held", "", "held", ("What stays, and why",), ("left them as they are", "What we have done")),
    (ERIN, "closed", "partly", "partly", ("erased: ", "left them as they are"), ("found nothing",)),
    (DORA, "closed", "partly", "partly", ("left them as they are",), ("found nothing", "erased: ")),
)


@pytest.mark.parametrize(("who", "status", "outcome", "letter", "says", "says_not"), OUTCOMES)
def test_the_letter_and_the_receipt_say_what_was_done_and_nothing_else(
    live: Served, who: str, status: str, outcome: str, letter: str, says: tuple[str, ...], says_not: tuple[str, ...]
) -> None:
    from bailee.cli.receipt import _looked_again

    request = seen(live, who) if who == DORA else identified(live, "erase", who)  # no code reaches Dora
    result = choose_result(read_document(newest(request)))
    carried_out(live, request)
    assert (request.status, request.outcome) == (status, outcome)
    if who != DORA:
        text = " ".join(letters(live, request)[letter].split())
        assert [words for words in says if words not in text] == []
        assert [words for words in says_not if words in text] == []
    kept = Receipt.objects.get(plan__request=request)
    sealed = live.context.vault.open(
        f"request:{request.id}", bytes(kept.sealed or b""), about=f"receipt:{kept.plan_id}"
    )
    lines = list(_looked_again(receipts.parse(sealed.decode()).entry))
    assert ("nothing was done" in lines) == (result is Result.TO_CONFIRM)
    assert any("not confirmed" in line for line in lines) == (who in {ERIN, DORA})


def seen(live: Served, who: str, reply_to: str = "") -> Request:
    """A request that came by telephone from somebody whom staff have seen; a worker has planned it."""
    from bailee.requests import identity, intake
    from bailee.requests.request_content import Asked

    context = live.as_of(Role.SUPPORT)
    request = intake.receive_request(context, "erase", Asked(identities=(who,), reply_to=reply_to), "telephone")
    identity.note_person_seen(context, request, "in person", "stood at the counter")
    live.work()
    request.refresh_from_db()
    return request


# --- joins: never ---------------------------------------------------------------------------------------------


@pytest.fixture
def never(live: Served) -> Served:
    """The shop, where nobody is looked up by a telephone number."""
    from dataclasses import replace

    from bailee.policy import load

    map_ = live.folder / "systems/shop.yaml"
    map_.write_text(map_.read_text().replace("stored: e164, joins: confirm", "stored: e164, joins: never"))
    live.context = replace(live.context, policy=load(live.folder))
    return live


def test_a_request_by_what_nobody_is_looked_up_by_is_not_taken_in_but_an_objection_is(never: Served) -> None:
    from bailee.requests import intake
    from bailee.requests.request_content import Asked
    from bailee.store.errors import NotAskable

    context = never.context.at(never.clock.now)
    for right in ("copy", "erase", "correct", "restrict", "portability"):
        with pytest.raises(NotAskable, match="nothing can be looked up by phone: the map says joins: never"):
            intake.receive_request(context, right, Asked(identities=(DORA,), reply_to=ALICE), "portal")
    assert intake.receive_request(context, "copy", Asked(identities=(ALICE, DORA)), "portal").status == "unverified"
    assert intake.receive_request(context, "object", Asked(identities=(DORA,)), "portal").status == "unverified"


def test_no_code_goes_to_whom_a_telephone_number_would_lead_to(never: Served) -> None:
    from bailee.requests import intake
    from bailee.requests.request_content import Asked
    from bailee.store.models import Message
    from tests.harm.firm import run as say

    say(f"sqlite:///{never.folder.parent / 'shop.db'}", f"update customer set phone = '{DORA}' where id = 1")
    context = never.context.at(never.clock.now)
    request = intake.receive_request(context, "object", Asked(identities=(DORA,)), "portal")
    never.work()
    assert not Message.objects.filter(request=request, template="identity").exists()
    assert request.events.filter(kind="identity.nobody_found").exists()
