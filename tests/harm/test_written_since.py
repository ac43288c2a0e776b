"""What a hold withheld from *matched* is cleared at the release only where it still is the leaver's (21)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from unittest.mock import patch

import pytest

from bailee.engine.apply import apply_plan
from bailee.engine.plans import plan_release, seal_plan
from bailee.engine.systems import Systems, open_systems
from bailee.plan import PlanDocument
from tests.harm.firm import ALICE, BOB, MARKER, Firm, erase_alice

HERS, BOBS, CAROLS = "+442079460101", "+442079460102", "+442079460103"
CAROL = f"carol.{MARKER}@post.example"
HOLD = """
evidence:
  law: Limitation Act 1980 s. 5
  keeps: [{keeps}]
  until: 2031-12-31
"""


def held(firm: Firm, keeps: str, *words: tuple[str, str]) -> None:
    """Let the firm hold ``keeps``; ``words`` of the shop's map become others."""
    path = firm.folder / "holds.yaml"
    path.write_text(path.read_text() + HOLD.format(keeps=keeps))
    path = firm.folder / "systems/shop.yaml"
    text = path.read_text()
    for old, new in words:
        assert old in text
        text = text.replace(old, f"{new}    hold: evidence\n")
    path.write_text(text)


NUMBER = "stored: e164}]\n"
SUBJECT = "    fields: {subject: subject}\n"


@pytest.fixture
def withheld(firm: Firm) -> tuple[Firm, PlanDocument]:
    """Alice is erased; Bob's call from her number and their thread keep what is hers, for a claim."""
    keeps = "call.caller, call.person_id, thread.first_id, thread.subject, person.name"
    held(firm, keeps, (NUMBER, NUMBER), (SUBJECT, SUBJECT))
    firm.run(f"INSERT INTO persons VALUES (3, '{CAROL}', 'Carol {MARKER}', NULL, '{CAROLS}')")
    plan = firm.plan(erase_alice)
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert firm.run("SELECT caller FROM calls WHERE id = 4") == [(HERS,)]
    assert firm.run("SELECT first_id FROM threads WHERE id = 1") == [(1,)]
    return firm, plan


@contextmanager
def free(firm: Firm) -> Iterator[Systems]:
    now = datetime(2040, 1, 1, tzinfo=UTC)
    with patch.dict(os.environ, firm.environment), open_systems(firm.folder, now=now) as systems:
        yield systems


def release(firm: Firm, plan: PlanDocument) -> None:
    with free(firm) as systems:
        planned = plan_release(systems, plan.case)
        seal_plan(systems, planned)
        assert apply_plan(systems, planned.plan).is_clean


def test_what_is_still_hers_is_cleared(withheld: tuple[Firm, PlanDocument]) -> None:
    firm, plan = withheld
    release(firm, plan)
    assert firm.run("SELECT caller FROM calls WHERE id = 4") == [(None,)]
    assert firm.run("SELECT first_id, second_id FROM threads WHERE id = 1") == [(None, 2)]
    assert firm.run("SELECT id FROM persons ORDER BY id") == [(2,), (3,)]


def test_a_number_of_somebody_else_that_was_written_meanwhile_stays(withheld: tuple[Firm, PlanDocument]) -> None:
    firm, plan = withheld
    firm.run(f"UPDATE calls SET caller = '{CAROLS}' WHERE id = 4")
    release(firm, plan)
    assert firm.run("SELECT caller FROM calls WHERE id = 4") == [(CAROLS,)]


def test_a_thread_that_was_given_to_somebody_else_meanwhile_stays_theirs(withheld: tuple[Firm, PlanDocument]) -> None:
    firm, plan = withheld
    firm.run("UPDATE threads SET first_id = 3 WHERE id = 1")
    release(firm, plan)
    assert firm.run("SELECT first_id, second_id FROM threads WHERE id = 1") == [(3, 2)]
    assert firm.run("SELECT id FROM persons ORDER BY id") == [(2,), (3,)]


def test_what_is_written_between_plan_and_apply_of_the_release_stays(withheld: tuple[Firm, PlanDocument]) -> None:
    firm, plan = withheld
    with free(firm) as systems:
        planned = plan_release(systems, plan.case)
        seal_plan(systems, planned)
        firm.run(f"UPDATE calls SET caller = '{CAROLS}' WHERE id = 4", "UPDATE threads SET first_id = 3 WHERE id = 1")
        assert apply_plan(systems, planned.plan).is_clean
    assert firm.run("SELECT caller FROM calls WHERE id = 4") == [(CAROLS,)]
    assert firm.run("SELECT first_id FROM threads WHERE id = 1") == [(3,)]


def test_of_a_list_that_was_written_meanwhile_only_her_element_goes(firm: Firm) -> None:
    held(firm, "thread.subject", (SUBJECT, "    mentions: [{email: subject, stored: 'list(\",\")'}]\n"))
    firm.run(f"UPDATE threads SET subject = '{ALICE},{BOB}' WHERE id = 1")
    plan = firm.plan(erase_alice)
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert firm.run("SELECT subject FROM threads WHERE id = 1") == [(f"{ALICE},{BOB}",)]
    firm.run(f"UPDATE threads SET subject = '{CAROL},{ALICE}' WHERE id = 1")
    release(firm, plan)
    assert firm.run("SELECT subject FROM threads WHERE id = 1") == [(CAROL,)]


def test_a_call_dated_ahead_that_is_still_hers_is_cleared(firm: Firm) -> None:
    """Nothing of the attribute changes hands, so what is dated after her erasure is hers all the same."""
    held(firm, "call.caller, call.person_id", (NUMBER, "stored: e164, at: started_on}]\n"))
    firm.run("UPDATE calls SET started_on = '2027-01-01' WHERE id = 4")
    firm.run(f"INSERT INTO calls VALUES (5, 2, '{HERS}', '2027-01-01')")
    plan = firm.plan(erase_alice)
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    firm.run(f"UPDATE calls SET caller = '{CAROLS}' WHERE id = 5")
    release(firm, plan)
    assert firm.run("SELECT id, caller FROM calls WHERE id IN (4, 5) ORDER BY id") == [(4, None), (5, CAROLS)]
