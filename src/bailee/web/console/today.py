"""Today: what is due, what is broken, and what waits for the one who looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from bailee.checks import WORST_FIRST, Verdict
from bailee.jobs.failures import WAITS_FOR_CLOCK, WRONG_CLOCK
from bailee.requests.clocks import EXTENSION_TOO_LATE
from bailee.views.today import Task, TaskKind, Today, today
from bailee.web.console.headlines import join_headline, spell_number
from bailee.web.console.request_words import LETTERS, RIGHTS, describe_days_left
from bailee.web.pages.authorisation import require_staff
from bailee.web.pages.page_request import PageRequest
from bailee.web.pages.urls import MenuEntry

Line: TypeAlias = tuple[str, str, tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class ToDo:
    """One line: what is to be done, why, what is said at the right, and where it is done (empty: nowhere here)."""

    what: str
    why: str
    aside: str
    way: str
    button: str
    is_bad: bool = False


@require_safe
@require_staff()
def show_today(request: PageRequest) -> HttpResponse:
    """What waits for the one who is signed in."""
    assert request.member is not None
    found = today(request.context, request.member.role)
    told = {
        "headline": _write_headline(found),
        "todo": [_describe_task(request, one) for one in found.waits],
        "open": found.open,
        "verdicts": [(str(verdict), count) for verdict, count in sorted(found.verdicts.items(), key=_rank_verdict)],
        "promises": reverse("promises"),
        "now": request.context.now,
    }
    return render(request, "console/today.html", told)


def _rank_verdict(one: tuple[Verdict, int]) -> int:
    return WORST_FIRST.index(one[0])


def _write_headline(found: Today) -> list[str]:
    counts: Counter[TaskKind] = Counter()
    for one in found.waits:
        counts[one.kind] += one.count
        if one.urgency is not None:
            counts[one.urgency] += one.count
    parts = list(_list_parts(counts))
    if parts:
        return join_headline(parts[:3])
    if found.waits:
        told = {"count": spell_number(len(found.waits))}
        return join_headline(
            [ngettext("%(count)s thing waits for you", "%(count)s things wait for you", len(found.waits)) % told]
        )
    return [_("Nothing waits for you")]


def _list_parts(counts: Mapping[TaskKind, int]) -> Iterator[str]:
    for kind, words in _SAYS.items():
        if counts.get(kind):
            yield words(counts[kind]) % {"count": spell_number(counts[kind])}


_SAYS: Mapping[TaskKind, Callable[[int], str]] = {
    TaskKind.NO_WORKER: lambda _n: _("no worker is alive"),
    TaskKind.LATE: lambda n: ngettext("%(count)s request is late", "%(count)s requests are late", n),
    TaskKind.BROKEN: lambda n: ngettext("%(count)s promise is broken", "%(count)s promises are broken", n),
    TaskKind.APPROVE: lambda n: ngettext("%(count)s plan waits for you", "%(count)s plans wait for you", n),
    TaskKind.NEAR: lambda n: ngettext(
        "%(count)s request must be answered within a week", "%(count)s requests must be answered within a week", n
    ),
    TaskKind.NO_SERVER: lambda n: ngettext(
        "%(count)s letter waits for a mail server", "%(count)s letters wait for a mail server", n
    ),
    TaskKind.FAILING: lambda n: ngettext("%(count)s thing fails", "%(count)s things fail", n),
    TaskKind.ANSWER: lambda n: ngettext("%(count)s person waits for a word", "%(count)s people wait for a word", n),
}
"""What the headline tells, the gravest first."""


# --- one line ------------------------------------------------------------------------------------------------


def _describe_task(request: PageRequest, one: Task) -> ToDo:
    if one.request is not None and one.kind is not TaskKind.TELL:
        return _describe_one(request, one)
    what, why, way, button = _describe_many(one)
    return ToDo(what, why, "", reverse(way[0], args=way[1:]) if way else "", button, one.kind in _BAD)


_BAD = frozenset(
    {
        TaskKind.LATE,
        TaskKind.BROKEN,
        TaskKind.FAILING,
        TaskKind.NO_WORKER,
        TaskKind.NO_SERVER,
        TaskKind.CAME_BACK,
        TaskKind.LETTER,
        TaskKind.UNTOLD,
    }
)


def _describe_one(request: PageRequest, one: Task) -> ToDo:
    assert one.request is not None
    reference = one.request.reference
    named = {"right": RIGHTS[one.request.right], "plan": one.plan.digest[:8] if one.plan else ""}
    what, why, button = _ONE[one.kind]()
    if one.letters:
        named["missed"] = _describe_missed_letters(one.letters)
    left = describe_days_left((one.on - request.context.today).days) if one.on else ""
    name = "plan" if one.plan is not None else "request"
    if one.what == EXTENSION_TOO_LATE:
        why = f"{why} {_('The letter that it takes longer left too late, so the time is not longer.')}"
    due = _ONE[one.urgency]()[1] if one.urgency is not None else ""
    why = " ".join(filter(None, (f"{RIGHTS[one.request.right]} {reference}.", due, why % named)))
    is_bad = not _BAD.isdisjoint({one.kind, one.urgency})
    return ToDo(what % named, why, left, reverse(name, args=[reference]), button, is_bad)


def _describe_missed_letters(letters: Sequence[str]) -> str:
    """Return which letters did not reach the person."""
    says = ngettext(
        "A letter did not reach them: %(letters)s.", "Letters did not reach them: %(letters)s.", len(letters)
    )
    return says % {"letters": ", ".join(_("“%(letter)s”") % {"letter": LETTERS.get(one, one)} for one in letters)}


_ONE: Mapping[TaskKind, Callable[[], tuple[str, str, str]]] = {
    TaskKind.LATE: lambda: (_("Answer what is late"), _("Its last day is past."), _("Open it")),
    TaskKind.NEAR: lambda: (_("Answer before its last day"), _("It must be answered within a week."), _("Open it")),
    TaskKind.APPROVE: lambda: (
        _("Read the plan %(plan)s, and decide"),
        _("You are the second person."),
        _("Open the plan"),
    ),
    TaskKind.PLAN_AGAIN: lambda: (
        _("Plan it again: %(right)s"),
        _("Plan %(plan)s is too old to approve."),
        _("Open the plan"),
    ),
    TaskKind.SECOND: lambda: (
        _("Ask for a second person on plan %(plan)s"),
        _("You are its first person, so somebody else must approve."),
        _("Open the plan"),
    ),
    TaskKind.CALL: lambda: (_("Call the number on file"), _("Then the person is identified."), _("Open it")),
    TaskKind.UNTOLD: lambda: (
        _("Tell the person yourself"),
        _("%(missed)s Nobody has told them."),
        _("Open it"),
    ),
    TaskKind.SEE: lambda: (_("See who it is"), _("No letter has asked them by what is on file."), _("Open it")),
    TaskKind.CONFIRM: lambda: (
        _("Confirm rows, or not"),
        _("Possible matches need your decision; the copy waits."),
        _("Look"),
    ),
    TaskKind.BY_HAND: lambda: (_("Do it by hand"), _("In mode observe no plan is made."), _("Open it")),
    TaskKind.ANSWER: lambda: (_("%(right)s to answer"), _("Somebody waits for a word from you."), _("Answer")),
    TaskKind.CONCERN: lambda: (_("%(right)s to answer as the Data Controller"), _("It was passed on."), _("Answer")),
}  # fmt: skip


_FOR_THE_CLOCK = tuple(f": {problem}" for problem in (WAITS_FOR_CLOCK, WRONG_CLOCK))
"""How what waits for the clock ends, as `Task.what` has it."""


def _describe_many(one: Task) -> tuple[str, str, tuple[str, ...], str]:
    what, why, way, button = _MANY.get(one.kind, _describe_more)(one.count)
    if one.kind is TaskKind.FAILING and one.what.endswith(_FOR_THE_CLOCK):
        why = _("Set this machine’s clock right.")  # noqa: RUF001 - as it is printed
    if one.is_least:
        what = what.replace("%(count)s", _("%(count)s or more"))
    if one.kind is TaskKind.TELL and one.request is not None:
        way = ("request", one.request.reference)
    return what % {"count": spell_number(one.count), "what": one.what}, why, way, button


def _describe_more(n: int) -> Line:
    what = ngettext("%(count)s more", "%(count)s more", n)
    return what, _("The list has all of them, the most urgent first."), ("requests",), _("Requests")


_MANY: Mapping[TaskKind, Callable[[int], Line]] = {
    TaskKind.PRINT: lambda n: (
        ngettext("Print %(count)s letter", "Print %(count)s letters", n),
        _("Print, post, and note it here."), ("letters",), _("Letters"),
    ),
    TaskKind.LETTER: lambda n: (
        ngettext("See to %(count)s letter", "See to %(count)s letters", n),
        _("They did not arrive, and are not tried any more."), ("letters",), _("Letters"),
    ),
    TaskKind.TELL: lambda n: (
        ngettext("Tell %(count)s recipient", "Tell %(count)s recipients", n),
        _("What was corrected, erased or restricted (Art. 19)."), ("requests",), _("Open the first"),
    ),
    TaskKind.BROKEN: lambda n: (
        ngettext("Fix %(count)s broken promise", "Fix %(count)s broken promises", n),
        _("Somebody is not getting what you promised."), ("promises",), _("Promises"),
    ),
    TaskKind.UNKNOWN: lambda n: (
        ngettext("Look into %(count)s promise", "Look into %(count)s promises", n),
        _("Nobody can tell whether it is kept, and that is not “kept”."), ("promises",), _("Promises"),
    ),
    TaskKind.NO_WORKER: lambda _n: (
        _("Start a worker"), _("None is alive: nothing is found, sent or carried out."), (), "",
    ),
    TaskKind.NO_SERVER: lambda n: (
        ngettext(
            "No mail server is named: %(count)s letter waits", "No mail server is named: %(count)s letters wait", n
        ),
        _("Name it in the policy: mail: in bailee.yaml."), ("letters",), _("Letters"),
    ),
    TaskKind.FAILING: lambda n: (
        ngettext("%(what)s, %(count)s time", "%(what)s, %(count)s times", n),
        _("It is tried again by itself. The log of the worker has more."), (), "",
    ),
    TaskKind.CAME_BACK: lambda n: (
        ngettext("Find out why rows came back", "Find out why rows came back, in %(count)s plans", n),
        _("A replica or a sync writes back what was erased."), ("requests",), _("Requests"),
    ),
}  # fmt: skip
"""What is to be done about some of one kind, why, the name of the page, and its button."""


URLS = (path("", show_today, name="today"),)

MENU = MenuEntry("today", gettext_lazy("Today"), order=10, is_daily=True)
