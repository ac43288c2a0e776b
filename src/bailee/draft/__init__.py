"""A first map, drafted from what a system looks like: each guess with its reason and its confidence. All pure.

`pairs` says which columns may point where, the connector measures it, and `draft` returns the guesses, in the map's own
words. `page` writes them under ``guesses:`` of a system's file, and takes from there what somebody accepts.
"""

from bailee.draft.chance import Measured
from bailee.draft.effects import Reach, Reached, reaches, with_effects
from bailee.draft.guess import COUNTS_FROM, Draft, Guess, Note, Place, draft, pairs, places_of, questions
from bailee.draft.kinds import Kinds, Named, Telling, telling
from bailee.draft.meaning import Pair
from bailee.draft.references import Found, Shared, numeric_keys
from bailee.draft.sample import Sample, Seen, Shape

__all__ = [
    "COUNTS_FROM",
    "Draft",
    "Found",
    "Guess",
    "Kinds",
    "Measured",
    "Named",
    "Note",
    "Pair",
    "Place",
    "Reach",
    "Reached",
    "Sample",
    "Seen",
    "Shape",
    "Shared",
    "Telling",
    "draft",
    "numeric_keys",
    "pairs",
    "places_of",
    "questions",
    "reaches",
    "telling",
    "with_effects",
]
