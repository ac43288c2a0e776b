"""Plans and outcomes that the demo firm does not show, as people read them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from bailee.cli.apply import applied_page
from bailee.cli.plan import plan_page
from bailee.cli.show import Line, show
from bailee.engine.apply import ApplyResult, Residual, StepOutcome
from bailee.plan import BlockedRows, Law, Owner, PlanDocument, PlanStep, SystemPlan
from bailee.policy import Firm, Hold, Policy, Until

STEPS = (
    PlanStep(
        "thread/anonymise", "thread", "anonymised", "on_erase", 1, 11, ("title = 'gone'", "opened_at = coarsen(year)")
    ),
    PlanStep("vote/null", "vote", "left", "on_parent_gone", 2, 12, ("thread_id = nothing",), theirs=True),
    PlanStep("bill/reduce", "bill", "kept", "hold", 3, 13, laws=(Law("books", "Book Act", "2033-03-31"),)),
    PlanStep("bill/reduce2", "stub", "kept", "hold", 1, 11, laws=(Law("books", "Book Act"), Law("court", "Court Act"))),
)
PLAN = PlanDocument(
    kind="erase",
    subject="2 persons",
    case="c-1",
    policy="",
    compiler="1",
    today="2026-11-24",
    made_at="",
    commitment="",
    systems=(SystemPlan("forum", "Our forum", "", STEPS, ("thread: trigger audit (accepted: counts alone)",)),),
    files=1,
    refused=2,
    unconfirmed=2,
    refusals=(
        BlockedRows(
            "forum",
            "vote.thread_id->thread",
            (),
            "vote",
            "thread",
            1,
            "say on_parent_gone: null on a new edge of vote to thread",
            (0, 2),
            (Owner("vote.voter", "member", 1),),
        ),
    ),
    persons=2,
    found=2,
)
POLICY = Policy(
    Firm("Small Works Ltd"),
    {},
    {},
    {
        "books": Hold("books", "Book Act", (("bill", "*"), ("forum.stub", "number")), Until()),
        "court": Hold("court", "Court Act", (("other", "*"),), Until()),
    },
)


def _shown(capsys: pytest.CaptureFixture[str], lines: Iterable[Line]) -> list[str]:
    show(lines)
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_everything_that_a_plan_can_hold_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert _shown(capsys, plan_page(POLICY, PLAN)) == [
        "plan to erase 2 persons, as things are on 24 November 2026",
        "1 of 2 persons is refused: what follows is about the others",
        "",
        "forum: Our forum",
        "anonymised",
        "thread 1 row (at most 11) title becomes 'gone'; opened_at becomes coarsen(year)",
        "kept, cut down to what the law asks for",
        "books: Book Act",
        "bill 3 rows (at most 13) until 31 March 2033 whole",
        "stub 1 row (at most 11) as long as something that is kept needs it number",
        "court: Court Act",
        "stub 1 row (at most 11) as long as something that is kept needs it its key alone",
        "other people's rows, which point to what goes",
        "vote 2 rows (at most 12) thread_id emptied",
        "what the system does by itself",
        "thread: trigger audit (accepted: counts alone)",
        "",
        (
            "in all: 1 row anonymised, 4 rows kept, 2 changes to what others share, "
            "1 file deleted, unless another row names it"
        ),
        "2 matches to confirm: `bailee find` lists them; nothing beyond them is touched",
        "refused: person 2 of 2, somebody of an earlier plan, whose rows come up again. Nothing of theirs is touched",
        "forum: 1 row of vote stays, and points to what would go of thread",
        "by vote.thread_id->thread, a foreign key, which no edge of the map declares",
        "1 row of vote belongs to others too, by vote.voter: member",
        "hint: say on_parent_gone: null on a new edge of vote to thread, and plan again",
        f"hash {PLAN.digest}",
    ]


def test_what_is_left_over_is_said_loudly(capsys: pytest.CaptureFixture[str]) -> None:
    applied = ApplyResult(
        (StepOutcome("forum", "thread/anonymise", "thread", "anonymised", 1),),
        (Residual("forum", "thread/anonymise", 1), Residual("forum", "vote/null", 0)),
        files=0,
        files_left=1,
    )
    assert not applied.is_clean
    assert _shown(capsys, applied_page(PLAN, applied)) == [
        "applied",
        "forum",
        "anonymised",
        "thread 1 row",
        "files: 0 deleted, 1 could not be deleted",
        "fix that and apply the plan again: it goes on with the files that are left",
        "residual: not clean. Looked again, and these are still to be done",
        "forum: thread/anonymise, 1 row",
        "2 matches to confirm: `bailee find` lists them; nothing beyond them is touched",
        "refused: person 2 of 2, somebody of an earlier plan, whose rows come up again. Nothing of theirs is touched",
        "forum: 1 row of vote stays, and points to what would go of thread",
        "by vote.thread_id->thread, a foreign key, which no edge of the map declares",
        "1 row of vote belongs to others too, by vote.voter: member",
        "hint: say on_parent_gone: null on a new edge of vote to thread, and plan again",
    ]
