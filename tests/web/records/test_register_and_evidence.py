"""The record of processing as files, what was made known, and the ledger with proofs that others verify."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import openpyxl
import pytest

from bailee.engine import ledger_entries
from bailee.engine.apply import apply_plan
from bailee.engine.plans import plan_erase, seal_plan
from bailee.engine.systems import open_systems_of_context
from bailee.ledger import receipt
from bailee.requests import identity, intake, recipients
from bailee.requests.request_content import Asked
from bailee.store.models import Disclosure, Role
from bailee.views import register as desk
from bailee.views.record_of_processing import CONTROLLER, PROCESSOR
from tests.api.live import Served
from tests.story.firm import BOB, MARKERS
from tests.web.visitor import visitor, words


def test_the_record_opens_as_a_workbook_with_the_columns_of_the_template_and_no_formula(firm: Served) -> None:
    answer = visitor(firm, Role.AUDITOR).get("/console/register/controller.xlsx")
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][:2] == ["Name of organisation", "Quill & Co"]
    head = next(number for number, row in enumerate(rows) if row[0] == CONTROLLER[0])
    assert rows[head][: len(CONTROLLER)] == list(CONTROLLER)
    customers = next(row for row in rows[head:] if row[0] == "Customers")
    assert customers[1] == "our contract with you"
    assert "Sendwell (sends our post)" in str(customers[5])
    assert "invoice: held by Finance Act 1998" in str(customers[9])
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}


def test_no_cell_of_the_csv_is_taken_for_a_formula(firm: Served) -> None:
    processors = firm.folder / "systems" / "crm.yaml"
    processors.write_text(processors.read_text().replace("title: Customers", "title: '=1+1'"))
    answer = visitor(firm, Role.OFFICER).get("/console/register/controller.csv")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True))))
    assert rows[0] == list(CONTROLLER)
    assert "'=1+1" in {row[0] for row in rows}
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    other = visitor(firm, Role.OFFICER).get("/console/register/processor.csv")
    assert next(csv.reader(io.StringIO(other.get_data(as_text=True)))) == list(PROCESSOR)
    assert visitor(firm, Role.OFFICER).get("/console/register/somebody.csv").status_code == 404


def test_where_data_may_not_go_is_the_headline(firm: Served) -> None:
    shown = words(visitor(firm, Role.AUDITOR).get("/console/register/"))
    assert "Two third parties receive data. One must not receive it" in shown
    assert "DPA 2018 Sch. 21" in shown


def test_disclosures_come_a_page_at_a_time_the_newest_first_and_none_twice(firm: Served) -> None:
    made = [
        Disclosure(
            tag="t", recipient=f"r{number}", purpose="p", disclosed_at=firm.context.now - timedelta(minutes=number // 3)
        )
        for number in range(120)
    ]
    Disclosure.objects.bulk_create(made)
    seen: list[str] = []
    after = ""
    while True:
        rows, after = desk.disclosures(after)
        seen += [row.recipient for row in rows]
        if not after:
            break
    assert sorted(seen) == sorted(one.recipient for one in made)
    assert set(seen[:3]) == {"r0", "r1", "r2"}


def test_who_is_to_be_told_stands_by_the_name_that_the_register_gives_them(firm: Served) -> None:
    request = intake.receive_request(firm.context, "erase", Asked(identities=(BOB,)), "portal")
    identity.note_person_seen(firm.as_of(Role.OFFICER), request, "known", "he came by", [BOB])
    recipients.notify_recipients(firm.context, request)
    recipients.note_recipient_told(firm.as_of(Role.OFFICER), request, "bank")
    page = visitor(firm, Role.OFFICER).get(f"/console/requests/{request.reference}/")
    shown = words(page)
    assert "Sendwell waits to be told" in shown
    assert "=Merchant & Sons is dealt with" in shown
    assert '<option value="mailer">Sendwell</option>' in page.get_data(as_text=True)


@pytest.fixture
def erased(firm: Served) -> Served:
    """The firm, in which somebody was erased."""
    with open_systems_of_context(firm.context) as live:
        planned = plan_erase(live, [[BOB]])
        seal_plan(live, planned)
        apply_plan(live, planned.plan)
    return firm


def test_the_ledger_says_what_was_done_and_not_to_whom(erased: Served) -> None:
    came = visitor(erased, Role.AUDITOR)
    answer = came.get("/console/evidence/")
    shown = words(answer)
    assert "Two entries are in the ledger" in shown
    assert "About to be done" in shown
    assert "erased" in shown
    entry = came.get("/console/evidence/1/").get_data(as_text=True)
    for text in (answer.get_data(as_text=True), entry):
        assert not [marker for marker in (*MARKERS, BOB) if marker in text]
    assert "persons" not in entry
    assert came.get("/console/evidence/2/").status_code == 404
    assert visitor(erased, Role.ADMINISTRATOR).get("/console/evidence/").status_code == 403


def test_a_proof_that_is_downloaded_holds_for_whoever_has_the_key_and_binds_nobody(erased: Served) -> None:
    answer = visitor(erased, Role.AUDITOR).get("/console/evidence/1.tlog-proof")
    read = receipt.parse(answer.get_data(as_text=True))
    key = str(ledger_entries.read_head(erased.context.store)[2])
    assert receipt.verify(read, key).checkpoint.size == 2
    assert read.key is None
    assert read.entry["kind"] == "outcome"


def test_the_ledger_is_held_against_a_checkpoint_that_was_kept(erased: Served) -> None:
    came = visitor(erased, Role.AUDITOR)
    kept = came.get("/console/evidence/checkpoint").get_data(as_text=True)
    assert "it holds" in words(came.post("/console/evidence/verify/", {"older": kept}))
    assert "it does not hold" in words(came.post("/console/evidence/verify/", {"older": kept.replace("2", "3")}))
    slip = came.post("/console/evidence/verify/", {"older": "garbage"})
    assert (slip.status_code, "This is no checkpoint" in words(slip)) == (422, True)
    bundle = next((ledger_entries.find_ledger_folder(erased.context.store) / "tile" / "entries").rglob("*2"))
    content = bytearray(bundle.read_bytes())
    content[5] ^= 1
    bundle.write_bytes(bytes(content))
    assert "it does not hold" in words(came.post("/console/evidence/verify/"))


def test_an_entry_whose_opening_was_destroyed_still_stands_and_says_nothing(erased: Served) -> None:
    ledger_entries.forget_openings(erased.context.store, (erased.context.now + timedelta(days=2)).date())
    came = visitor(erased, Role.AUDITOR)
    assert "no longer in these books" in words(came.get("/console/evidence/"))
    assert came.get("/console/evidence/0/").status_code == 200
    assert came.get("/console/evidence/0.tlog-proof").status_code == 404


def test_what_nobody_would_see_is_shown_in_the_record_too(firm: Served) -> None:
    processors = firm.folder / "systems" / "crm.yaml"
    processors.write_text(processors.read_text().replace("title: Customers", 'title: "=Cust\\u202eomers"'))
    answer = visitor(firm, Role.OFFICER).get("/console/register/controller.csv").get_data(as_text=True)
    assert "'=Cust[U+202E]omers" in {row[0] for row in csv.reader(io.StringIO(answer))}
    assert "\u202e" not in answer


def test_who_operates_a_machine_abroad_stands_in_the_record_as_a_processor_there_does(firm: Served) -> None:
    path = firm.folder / "systems" / "crm.yaml"
    path.write_text(path.read_text().replace("{country: IE}", "{country: IE, operator: Liffey Hosting}"))
    answer = visitor(firm, Role.OFFICER).get("/console/register/controller.csv").get_data(as_text=True)
    table = list(csv.DictReader(io.StringIO(answer)))
    row = next(one for one in table if "Customers" in one.values())
    said = "; ".join(row.values())
    assert "Liffey Hosting (operates the machine of: " in row["Categories of recipients"]
    assert "Liffey Hosting: Ireland" in said
    assert "Liffey Hosting: where the law finds data well protected" in said
    assert [one for one in table if one is not row and "Liffey" in "; ".join(one.values())] == []
