"""The notice: which sentences are bound to what, which promises words make, and the page as it is published."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Router
from pydantic import Field, StringConstraints

from bailee.engine.checking import run_checks
from bailee.notice import assess_coverage
from bailee.notice.page import build_page
from bailee.notice.proposals import (
    UnreadableNotice,
    propose_bindings,
    read_blocks,
    split_sentences,
    write_notice,
    write_promises,
)
from bailee.policy import Notice, Policy, load
from bailee.requests.fields import TEXT
from bailee.store.staff import Scope
from bailee.web.api.access import EVERYBODY, Call, allow
from bailee.web.api.fields import Shape, View
from bailee.web.api.problems import CallRefused, NotFound

router = Router(tags=["notice"])

_READS = allow(Scope.READ, EVERYBODY)
_SUFFIX = {"text": ".txt", "markdown": ".md", "html": ".html"}


class LintView(View):
    """What the words of the notice are blamed for."""

    code: str
    says: str
    hint: str
    file: str
    line: int


class CoverageView(View):
    """How many sentences of the notice are bound to promises, declared plain, or loose."""

    sentences: int
    bound: int
    plain: int
    loose: int
    percent: int
    lints: list[LintView]


class Published(Shape):
    """A notice as it is published somewhere."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=100_000, pattern=TEXT)]
    kind: Literal["text", "markdown", "html"] = "text"


class ProposalView(View):
    """What a sentence is proposed to be: bound to ``promise`` and perhaps ``also`` to others, or plain."""

    line: int
    sentence: str
    promise: str | None
    also: list[str]
    reason: str
    confidence: float


class Proposals(View):
    """Proposals, and the files that a firm would start from. Nothing is bound yet, and nothing is written."""

    proposals: list[ProposalView]
    notice: str = Field(description="notice.md, its sentences bound")
    promises: str = Field(description="promises.yaml")


class Built(View):
    """The notice as a page that needs no script and asks nothing of another server."""

    files: dict[str, str] = Field(description="index.html and bailee.css, by name")


@router.get("/notice/coverage", auth=_READS, response=CoverageView, operation_id="notice_coverage")
def measure_coverage(request: Call) -> CoverageView:
    """Count the sentences of the notice, and say what its words are blamed for."""
    policy, ours = _find_notice(request)
    found = assess_coverage(policy, ours, request.context.now)
    lints = [
        LintView(code=one.code, says=one.says, hint=one.hint, file=one.place.file, line=one.place.line)
        for one in found.lints
    ]
    return CoverageView(
        sentences=found.sentences,
        bound=len(found.bound),
        plain=len(found.plain),
        loose=len(found.loose),
        percent=found.percent,
        lints=lints,
    )


@router.post("/notice/proposals", auth=_READS, response=Proposals, operation_id="propose_promises")
def propose_promises(request: Call, body: Published) -> Proposals:
    """Propose for each sentence of a notice the promise that it makes, or plain, and say why."""
    try:
        blocks = read_blocks(body.text.encode(), _SUFFIX[body.kind])
        found = propose_bindings(split_sentences(blocks), load(request.context.folder).third_parties)
    except UnreadableNotice as error:
        raise CallRefused("not-now", error.message, error.hint) from None
    return Proposals(
        proposals=[
            ProposalView(
                line=one.sentence.line,
                sentence=one.sentence.words,
                promise=one.promise or None,
                also=list(one.also),
                reason=one.reason,
                confidence=one.confidence,
            )
            for one in found
        ],
        notice=write_notice(blocks, found),
        promises=write_promises(found),
    )


@router.post("/notice/build", auth=_READS, response=Built, operation_id="build_notice")
def build_notice(request: Call) -> Built:
    """Look at every promise now, and return the page that has each with its mark."""
    policy, ours = _find_notice(request)
    files = build_page(policy, ours, run_checks(request.context.folder, now=request.context.now).evidence)
    return Built(files={name: content.decode() for name, content in files.items()})


def _find_notice(request: Call) -> tuple[Policy, Notice]:
    policy = load(request.context.folder)
    if policy.notice is None:
        raise NotFound
    return policy, policy.notice
