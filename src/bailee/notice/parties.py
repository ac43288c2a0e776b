"""Lints of third parties: those of the register that the notice does not name, and the other way round."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bailee.notice.lint import Lint
from bailee.notice.phrases import phrases
from bailee.notice.proposals.figures import names
from bailee.policy import Notice, Policy, Sentence
from bailee.policy.figures import TABLE
from bailee.policy.words import meant

_PASSES = phrases("""
    processor | provider | supplier | third part | partner | recipient | share | sharing | send | sent. | pass | give
    | given. | transfer | forward | disclos | entrust | host | move | moving | switch | use. | uses. | used. | using.
    | through. | via.
""")


_STRANGER = "add it to processors.yaml; if it receives nothing, mark these words {plain}"


def lints_of_parties(policy: Policy, notice: Notice) -> Iterator[Lint]:
    """Yield N106 and N107. The table of third parties names every one of the register."""
    for processor in policy.processors.values():
        spellings = (processor.title, *processor.also)
        if TABLE not in notice.source and not any(_is_named(each, notice) for each in spellings):
            says = f"{processor.title} receives data, and the notice does not name it"
            hint = f"name it in notice.md, put {TABLE} in a paragraph, or remove it from the register"
            yield Lint("N106", says, hint, processor.place)
    for sentence in notice.sentences:
        yield from _strangers(policy, sentence)


def _is_named(name: str, notice: Notice) -> bool:
    pattern = re.compile(rf"(?<!\w){re.escape(' '.join(name.split()))}(?!\w)", re.IGNORECASE)
    return any(pattern.search(sentence.words) for sentence in notice.sentences)


def _strangers(policy: Policy, sentence: Sentence) -> Iterator[Lint]:
    if sentence.plain or not _PASSES.search(sentence.words):
        return
    registered = {name for each in policy.processors.values() for name in (each.title, *each.also)}
    ours = _ours(policy)
    for figure in names(sentence.words, registered):
        if figure.means not in registered and figure.means.lower() not in ours:
            hint = meant(figure.means, registered) or _STRANGER
            yield Lint("N107", f'"{figure.means}" is named, and is not in processors.yaml', hint, sentence.place)


def _ours(policy: Policy) -> str:
    """Return the names that are no third party's: the firm, its people, its systems."""
    firm = policy.firm
    people = (firm.controller, firm.deputy, firm.regulator)
    names_of_people = [text for each in people for text in (each.name, each.address)]
    return " ".join((firm.name, *names_of_people, *(system.title for system in policy.systems.values()))).lower()
