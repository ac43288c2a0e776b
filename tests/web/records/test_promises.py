"""Promises: a thousand of them, their days, who mends them, and a look that a worker takes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from bailee.checks import TOO_OLD, WORST_FIRST, Basis, CheckFinding, PromiseResult, Verdict, judge_promise
from bailee.engine.checking import history, public_pages
from bailee.policy import Promise
from bailee.store.models import Mending, Role
from bailee.store.sealed_store import Store
from bailee.views import promises, today
from tests.api.live import Served
from tests.web.records.live import work_in
from tests.web.visitor import page, visitor, words

DAY = timedelta(days=1)
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)


def found(name: str, verdict: Verdict) -> PromiseResult:
    return PromiseResult(
        name, verdict, (CheckFinding("a.check", "", verdict, Basis.MEASURED, f"{verdict} it is", "mend it"),)
    )


def test_a_day_is_as_bad_as_the_worst_look_of_it_and_days_alike_are_one_run(store: Store) -> None:
    today = NOW.date()
    for day, verdict in ((3, "kept"), (2, "kept"), (1, "broken"), (1, "kept"), (0, "kept"), (0, "unknown")):
        history.record_verdicts(store, [found("one", Verdict(verdict))], NOW - day * DAY, today - day * DAY)
    past = history.read_history(store, NOW)["one"]
    assert [(run.verdict, (run.last - run.first).days) for run in past.runs] == [
        (Verdict.KEPT, 1),
        (Verdict.BROKEN, 0),
        (Verdict.UNKNOWN, 0),
    ]
    assert history.list_days(past.runs, today, 5) == [
        None, Verdict.KEPT, Verdict.KEPT, Verdict.BROKEN, Verdict.UNKNOWN,
    ]  # fmt: skip
    assert past.verdict is Verdict.UNKNOWN
    assert past.since == NOW


def test_a_day_that_turns_worse_leaves_the_days_before_as_they_were(store: Store) -> None:
    today = NOW.date()
    for day in (2, 1, 0):
        history.record_verdicts(store, [found("one", Verdict.KEPT)], NOW - day * DAY, today - day * DAY)
    history.record_verdicts(store, [found("one", Verdict.BROKEN)], NOW, today)
    runs = history.read_history(store, NOW)["one"].runs
    assert [(run.first, run.last, run.verdict) for run in runs] == [
        (today - 2 * DAY, today - DAY, Verdict.KEPT),
        (today, today, Verdict.BROKEN),
    ]


def test_what_is_past_a_year_and_more_is_forgotten(store: Store) -> None:
    history.record_verdicts(store, [found("one", Verdict.BROKEN)], NOW - 500 * DAY, NOW.date() - 500 * DAY)
    history.record_verdicts(store, [found("one", Verdict.KEPT)], NOW, NOW.date())
    assert [run.first for run in history.read_history(store, NOW)["one"].runs] == [NOW.date()]


@given(
    st.lists(st.sampled_from(Verdict), max_size=4),
    st.lists(st.sampled_from(Basis), min_size=4, max_size=4),
    st.timedeltas(timedelta(), 2 * TOO_OLD),
)
def test_every_surface_tells_the_worst_finding_and_forgets_what_is_too_old(
    verdicts: list[Verdict], bases: list[Basis], passed: timedelta
) -> None:
    findings = [CheckFinding("a.check", "", *one, "so it is", "") for one in zip(verdicts, bases, strict=False)]
    kept = judge_promise("one", findings)
    assert kept.verdict == next((one for one in WORST_FIRST if one in verdicts), Verdict.UNKNOWN)
    assert set(kept.bases) == {one.basis for one in findings if one.verdict is kept.verdict}
    with TemporaryDirectory() as folder:
        store, now = Store(Path(folder)), NOW + passed
        history.record_verdicts(store, [kept], NOW, NOW.date())
        public_pages.record_findings(store, [kept])
        past = history.read_history(store, now)["one"]
        told = public_pages.read_evidence(store, {"one": Promise("one", "it is so")}, now)["one"]
    is_old = kept.verdict is Verdict.KEPT and passed > TOO_OLD
    assert past.verdict is (Verdict.UNKNOWN if is_old else kept.verdict)
    assert (told.kept.verdict, told.since, told.confirmed) == (past.verdict, past.since, past.confirmed)
    assert {one.verdict for one in told.kept.telling} == ({past.verdict} if verdicts else set())


def test_a_program_is_told_that_a_promise_is_unknown_once_it_is_too_old(firm: Served) -> None:
    context = firm.context
    long_ago = context.now - TOO_OLD - DAY
    history.record_verdicts(context.store, [found("calls-six-years", Verdict.KEPT)], long_ago, long_ago.date())
    answer = firm.get("/promises", by=Role.AUDITOR).get_json()
    assert {one["promise"]: one["verdict"] for one in answer}["calls-six-years"] == "unknown"


def test_a_promise_at_which_nobody_has_looked_is_unknown_everywhere(firm: Served) -> None:
    context = firm.context
    looked = [found("calls-six-years", Verdict.KEPT), found("left-the-policy-since", Verdict.BROKEN)]
    history.record_verdicts(context.store, looked, context.now, context.today)
    counts = {Verdict.KEPT: 1, Verdict.UNKNOWN: 1}
    assert today.today(context, Role.AUDITOR).verdicts == counts
    assert {verdict: count for verdict, count in promises.board(context).counts.items() if count} == counts
    answer = firm.get("/promises", by=Role.AUDITOR).get_json()
    assert [(one["promise"], one["verdict"]) for one in answer] == [
        ("calls-six-years", "kept"),
        ("in-the-eu", "unknown"),
    ]


def test_promises_over_ninety_days_page_worst_first_and_none_twice(firm: Served) -> None:
    names = [f"promise-{number:04}" for number in range(120)]
    lines = (f"{name}: {{says: it is so {name}, checks: [{{retention.ceiling: {{rule: calls}}}}]}}" for name in names)
    (firm.folder / "promises.yaml").write_text("\n".join(lines) + "\n")
    (firm.folder / "notice.md").unlink()
    context = firm.context
    runs = [
        [(context.today - back * DAY).isoformat()] * 2 + [("kept", "broken")[back % 2], "some"]
        for back in reversed(range(90))
    ]
    now = context.now.isoformat()
    context.store.keep_page(
        history.HISTORY,
        {
            name: {
                "verdict": "broken" if number % 12 == 7 else "kept", "since": now, "confirmed": now, "says": "some",
                "hint": "", "about": "", "runs": runs,
            }
            for number, name in enumerate(names)
        },
    )  # fmt: skip
    came = visitor(firm, Role.AUDITOR)
    answer = came.get("/console/promises/")
    assert page(answer).h1.get_text(" ", strip=True) == "Ten promises are broken, 110 are kept"  # type: ignore[union-attr]
    seen: list[str] = []
    after = ""
    while True:
        board = promises.board(context, after)
        seen += [row.name for row in board.rows]
        if not board.after:
            break
        after = board.after
    assert sorted(seen) == names
    assert seen[:10] == [name for number, name in enumerate(names) if number % 12 == 7]


def test_a_look_is_a_workers_and_the_page_says_that_it_waits(firm: Served) -> None:
    came = visitor(firm, Role.SUPPORT)
    assert "Nobody has looked yet" in words(came.get("/console/promises/"))
    assert came.post("/console/promises/look/").status_code == 302
    assert "as soon as one is free" in words(came.get("/console/promises/looking/"))
    work_in(firm)
    answer = came.get("/console/promises/looking/")
    assert answer.headers["HX-Refresh"] == "true"
    shown = words(came.get("/console/promises/"))
    assert "One promise is unknown, one is kept" in shown
    progress = history.read_progress(firm.context.store)
    assert progress is not None
    assert (progress.done, progress.of) == (2, 2)
    assert progress.seconds is not None


def test_a_promise_shows_the_query_behind_what_was_found(firm: Served) -> None:
    came = visitor(firm, Role.AUDITOR)
    came.post("/console/promises/look/")
    work_in(firm)
    shown = words(came.get("/console/promises/calls-six-years/"))
    assert "SELECT" in shown
    assert "bailee check retention.ceiling --sql" in shown
    assert "That the person whom you rang has no record of the call." in shown
    assert came.get("/console/promises/nothing-of-the-kind/").status_code == 404


def test_somebody_takes_a_promise_on_until_a_day_to_come_and_an_auditor_does_not(firm: Served) -> None:
    officer, path = firm.staff[Role.OFFICER], "/console/promises/in-the-eu/fix/"
    came = visitor(firm, Role.OFFICER)
    for form, says in (
        ({"by": officer.id, "on": "2026-11-24"}, "That day is past"),
        ({"by": officer.id, "on": "soon"}, "Give the day"),
        ({"by": "nobody", "on": "2026-12-01"}, "nobody of that name works here"),
    ):
        answer = came.post(path, form)
        assert answer.status_code == 422
        assert says in words(answer)
    assert visitor(firm, Role.AUDITOR).post(path, {"by": officer.id, "on": "2026-12-01"}).status_code == 403
    assert not Mending.objects.exists()
    assert came.post(path, {"by": officer.id, "on": "2026-12-01"}).status_code == 302
    assert Mending.objects.get().on == date(2026, 12, 1)
    assert "says by 1 Dec" in words(came.get("/console/promises/"))
