"""``notice.md`` as values: its sentences, and what each is bound to."""

from __future__ import annotations

from dataclasses import dataclass

from bailee.policy.places import NOWHERE, Place


@dataclass(frozen=True, slots=True)
class NoticeSentence:
    """A sentence of the notice: its ``words`` with the figures filled in and the Markdown taken off.

    It is *bound* where ``promises`` (names in ``promises.yaml``) has any, else declared ``plain``, else loose.
    ``section`` is the heading that it stands under.
    """

    words: str
    promises: tuple[str, ...] = ()
    plain: bool = False
    section: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Notice:
    """``notice.md``. ``source``: its Markdown with the figures filled in, as `markdown.parse` reads it."""

    title: str
    source: str
    sentences: tuple[NoticeSentence, ...] = ()
