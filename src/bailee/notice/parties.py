"""Lints of third parties: those of the register that the notice does not name, and the other way round.

Who is named and not registered is what the check `processors.named` finds, so that the two never say different things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from bailee.checks import World
from bailee.checks.catalogue.processors import strangers
from bailee.notice.lint import Lint
from bailee.policy import Notice, Policy, Processor
from bailee.policy.figures import TABLE


def lints_of_parties(policy: Policy, notice: Notice, now: datetime) -> Iterator[Lint]:
    """Yield N106 and N107. The table of third parties names every one of the register; those left need no name."""
    for processor in policy.processors.values():
        if not processor.has_left(now.date()) and not _is_named(processor, notice):
            says = f"{processor.title} receives data, and the notice does not name it"
            hint = f"name it in notice.md, put {TABLE} in a paragraph, or remove it from the register"
            yield Lint("N106", says, hint, processor.place)
    for name, place in strangers(World(policy, now)):
        hint = "add it to processors.yaml, or under also: of the one that it is"
        yield Lint("N107", f'"{name}" is named, and is not in processors.yaml', hint, place)


def _is_named(processor: Processor, notice: Notice) -> bool:
    spellings = "|".join(re.escape(" ".join(name.split())) for name in (processor.title, *processor.also))
    named = re.compile(rf"(?<!\w)(?:{spellings})(?!\w)", re.IGNORECASE)
    return TABLE in notice.source or any(named.search(sentence.words) for sentence in notice.sentences)
