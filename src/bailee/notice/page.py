"""The notice as a page: complete, without scripts, in the firm's words, a mark and its evidence beside each promise.

The first paragraph under the title is its lede; each heading of the second level opens a part of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files

import jinja2
from markdown_it.token import Token

from bailee.checks import WORST_FIRST, Verdict
from bailee.notice.html import Renderer
from bailee.notice.promises import MOST_LINES, Evidence, PagePromise, capitalise, describe_promise, spell_moment
from bailee.policy import Notice, Policy
from bailee.policy.markdown import marks, parse

GENERATOR = "Bailee"
"""What the page says of itself, so that a later build knows that it may replace it."""

_ROLE = "Data Controller"


@dataclass(frozen=True, slots=True)
class PagePart:
    """A part of the page. ``verdict``: the worst of its promises, where that is not *kept*."""

    id: str
    title: str
    heading: str = ""
    body: str = ""
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class PageContents:
    """What is on the page. HTML: ``lede``, and the headings and bodies of ``parts``; all else is text.

    ``counts``: (verdict, how many promises). ``confirmed``: when all was last looked at, in words.
    """

    language: str
    title: str
    lede: str
    promises: tuple[PagePromise, ...]
    counts: tuple[tuple[str, int], ...]
    confirmed: str
    parts: tuple[PagePart, ...]
    unpromised: tuple[str, ...]
    signature: str
    most: int = MOST_LINES

    @property
    def sections(self) -> tuple[PagePart, ...]:
        """The parts that have a heading, for the list of contents."""
        return tuple(part for part in self.parts if part.title)


def build_page(policy: Policy, notice: Notice, evidence: Mapping[str, Evidence]) -> dict[str, bytes]:
    """Return ``index.html`` and ``bailee.css``, as files: name -> content.

    ``evidence``: name of a promise -> what was found of it. A promise that is not among them was never checked, and is
    unknown. The findings' hints are the firm's own and are not published.
    """
    page = _load_template().render(generator=GENERATOR, firm=policy.firm, page=build_contents(policy, notice, evidence))
    return {"index.html": page.encode(), "bailee.css": _read_style()}


def build_contents(policy: Policy, notice: Notice, evidence: Mapping[str, Evidence]) -> PageContents:
    """Return what is on the page, for a layout of one's own. ``evidence`` is as in `build_page`."""
    made = list(dict.fromkeys(name for sentence in notice.sentences for name in sentence.promises))
    promises = {name: describe_promise(policy.promises[name], evidence.get(name)) for name in made}
    rendering = Renderer(policy, promises)
    lede, groups = _group_tokens(parse(notice.source))
    unpromised = dict.fromkeys(text for each in promises.values() for text in each.not_promised)
    return PageContents(
        language="en-IE" if policy.firm.region == "IE" else "en-GB",
        title=notice.title or "Privacy notice",
        lede=rendering.html([lede]) if lede else "",
        promises=tuple(promises.values()),
        counts=tuple(_count_verdicts(promises.values())),
        confirmed=_describe_confirmation(evidence, promises),
        parts=tuple(_build_parts(groups, rendering)),
        unpromised=tuple(capitalise(text) for text in unpromised),
        signature=_write_signature(policy),
    )


def _group_tokens(tokens: Sequence[Token]) -> tuple[Token | None, list[list[Token]]]:
    """Return the words of the lede, if there is one, and the tokens of each part of the page."""
    at = 3 if tokens[:1] and tokens[0].tag == "h1" else 0
    lede = None
    if tokens[at : at + 1] and tokens[at].type == "paragraph_open":
        words = tokens[at + 1]
        if not any(marks(token).promises for token in (tokens[at], *(words.children or ()))):
            lede, at = words, at + 3
    groups: list[list[Token]] = [[]]
    for token in tokens[at:]:
        if token.type in {"heading_open", "heading_close"} and token.tag == "h1":
            token.tag = "h2"  # a page has one title
        if token.type == "heading_open" and token.tag == "h2" and token.level == 0:
            groups.append([])
        groups[-1].append(token)
    return lede, [group for group in groups if group]


def _build_parts(groups: Sequence[Sequence[Token]], rendering: Renderer) -> Iterator[PagePart]:
    taken = {
        "main",
        "how",
        "not-promised",
        *(p.id for p in rendering.promises.values()),
        *(p.spoken for p in rendering.promises.values()),
    }
    for group in groups:
        title, heading, rest = "", "", group
        if group[0].type == "heading_open" and group[0].tag == "h2":
            title = "".join(child.content for child in group[1].children or () if child.type != "softbreak")
            heading, rest = rendering.html([group[1]]), group[3:]
        body = rendering.html(rest)
        found = [promise.verdict for promise in rendering.take_promises()]
        worst = min(found, key=WORST_FIRST.index, default=Verdict.KEPT)
        yield PagePart(_choose_id(title, taken), title, heading, body, "" if worst is Verdict.KEPT else worst)


def _choose_id(title: str, taken: set[str]) -> str:
    stem = "-".join(re.findall(r"\w+", title.lower())) or "part"
    name = next(name for name in (stem, *(f"{stem}-{n}" for n in range(2, 2 + len(taken)))) if name not in taken)
    taken.add(name)
    return name


def _count_verdicts(promises: Iterable[PagePromise]) -> list[tuple[str, int]]:
    found = [promise.verdict for promise in promises]
    return [(verdict, found.count(verdict)) for verdict in Verdict if verdict in found]


def _describe_confirmation(evidence: Mapping[str, Evidence], promises: Mapping[str, PagePromise]) -> str:
    confirmed = [evidence[name].confirmed for name in promises if name in evidence]
    if not confirmed:
        return "Not checked yet"
    newest, oldest = max(confirmed), min(confirmed)
    if newest - oldest < timedelta(days=1) and len(confirmed) == len(promises):
        return f"Checked {spell_moment(newest)}"
    return f"Last checked {spell_moment(newest)}; some promises earlier, or not yet"


def _write_signature(policy: Policy) -> str:
    firm, name = policy.firm, policy.firm.controller.name
    if name and _ROLE not in name:
        name = f"{_ROLE}: {name}"
    where = ", ".join(filter(None, (firm.name, firm.controller.address)))
    return " · ".join(filter(None, (where, name)))


def _read_style() -> bytes:
    return (files("bailee.notice") / "look" / "bailee.css").read_bytes()


@cache
def _load_template() -> jinja2.Template:
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("bailee.notice"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["capital"] = capitalise
    made.filters["count"] = lambda number, noun: f"{number:,} {noun}{'' if number == 1 else 's'}"
    return made.get_template("notice.html")
